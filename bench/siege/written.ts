import { pick } from "../turns.ts";
import type { Attacks } from "./attack.ts";
import { type Part, tell } from "./exchange.ts";

/** A request that is written to the connection as it is; whether the client then closes its side. */
export type Written = readonly [
  what: string,
  right: RegExp,
  parts: () => Iterable<Part>,
  closes?: boolean,
];

/** Attacks of one kind that are such requests. */
export const writtenAttacks =
  (kind: string, list: readonly Written[]): Attacks =>
  (n) => {
    const [what, right, parts, closes] = pick(list, n);
    return { kind, what, right, send: ({ service }) => tell(service.port, parts(), closes) };
  };
