import { pick } from "../turns.ts";
import type { Attacks } from "./attack.ts";
import { type Part, tell } from "./exchange.ts";

/** A request that is written to the connection byte by byte. */
export type Written = readonly [
  what: string,
  right: RegExp,
  parts: () => Iterable<Part>,
  /** Whether the client closes its side afterwards. */
  closes?: boolean,
];

/** Makes attacks of one kind from written requests. */
export const writtenAttacks =
  (kind: string, list: readonly Written[]): Attacks =>
  (n) => {
    const [what, right, parts, closes] = pick(list, n);
    return { kind, what, right, send: ({ service }) => tell(service.port, parts(), closes) };
  };
