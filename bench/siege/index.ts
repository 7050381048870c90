/**
 * A siege: hostile requests of every kind for a long time, at a modest rate, on what `npm start`
 * serves; and good ones between them, which must not suffer.
 *
 * @module
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startHostileOrigin } from "../../tests/support/hostile-origin.ts";
import { evenly } from "../turns.ts";
import type { Attack, Attacks, Battlefield } from "./attack.ts";
import { names, nearMisses, oddTargets, privateAddresses } from "./attacks/addresses.ts";
import { oddBodies, slowUploads } from "./attacks/bodies.ts";
import { crowds } from "./attacks/leaving.ts";
import { badServers, slowServers } from "./attacks/origins.ts";
import { bombs, damagedPictures } from "./attacks/pictures.ts";
import { oddHeaders, oddMethods, oddPaths, oddQueries } from "./attacks/requests.ts";
import { GoodClient, type GoodResult } from "./good.ts";
import { type Memory, startService } from "./service.ts";

export interface SiegeOptions {
  readonly minutes: number;
  /** Attacks a second, if the service is as fast. */
  readonly rate: number;
}

export interface AttackResult {
  readonly attack: Attack;
  readonly outcome: string;
  readonly milliseconds: number;
}

export interface SiegeReport {
  readonly attacks: readonly AttackResult[];
  readonly good: readonly GoodResult[];
  /** At the beginning, and at the end of each quarter. */
  readonly memory: readonly Memory[];
  /** Lines of the service's log that should not be there: a status of 500, a request that hung. */
  readonly complaints: readonly string[];
  readonly seconds: number;
}

/** How many of a hundred attacks are of a kind; crowds and slow ones are many requests, or long ones. */
async function mix(): Promise<readonly (readonly [share: number, attacks: Attacks])[]> {
  return [
    [18, privateAddresses],
    [5, nearMisses],
    [2, names],
    [8, oddTargets],
    [12, badServers],
    [2, slowServers],
    [22, await damagedPictures()],
    [7, await bombs()],
    [7, oddBodies],
    [1, slowUploads],
    [4, oddMethods],
    [4, oddHeaders],
    [4, oddQueries],
    [3, oddPaths],
    [1, await crowds()],
  ];
}

const atOnce = 10;
const goodEveryMs = 2000;

/** @param said - told of each quarter, and of whatever was not answered as it should be. */
export async function runSiege(
  { minutes, rate }: SiegeOptions,
  said: (line: string) => void,
): Promise<SiegeReport> {
  await using begun = new AsyncDisposableStack();
  const { port } = begun.adopt(await startHostileOrigin(), (one) => one.close());
  const origin = `127.0.0.1:${port}`;
  const state = begun.adopt(await mkdtemp(join(tmpdir(), "edge-caption-siege-")), (path) =>
    rm(path, { recursive: true, force: true }),
  );
  const service = begun.adopt(await startService(origin, state), (one) => one.stop());
  const client = await GoodClient.learn(service.url);
  const order = inOrder(await mix());
  const memory = [service.memory()];
  const attacks: AttackResult[] = [];
  const good: GoodResult[] = [];
  const start = performance.now();
  const until = start + minutes * 60_000;
  const atQuarter = () => {
    if (memory.length > 4) return;
    memory.push(service.memory());
    said(`${attacks.length} attacks, ${good.length} good ones, ${JSON.stringify(memory.at(-1))}`);
  };
  begun.adopt(setInterval(atQuarter, (minutes * 60_000) / 4 - 500), clearInterval);
  const attacking = attackInTurn({ service, origin }, order, until, rate, (result) => {
    attacks.push(result);
    if (!isRight(result)) said(`${result.attack.kind}: ${result.attack.what}: ${result.outcome}`);
  });
  const asking = askNowAndThen(client, until, (result) => {
    good.push(result);
    if (!result.right) said(`a good one: ${result.instead}`);
  });
  await Promise.all([...attacking, asking]);
  const seconds = (performance.now() - start) / 1000;
  return { attacks, good, memory, complaints: complaintsIn(service.output()), seconds };
}

/** What the runtime says of broken HTTP and of clients that went away is no complaint. */
function complaintsIn(output: string): string[] {
  return output.split("\n").filter((line) => /"status":500|code had hung/.test(line));
}

/** Being told that there is too much to do is always right. */
export function isRight({ attack, outcome }: AttackResult): boolean {
  return attack.right.test(outcome) || outcome === "503 overloaded";
}

/** Kinds mixed evenly, each with numbers of its own. */
function* inOrder(kinds: Awaited<ReturnType<typeof mix>>): Generator<Attack> {
  const attacksAt = evenly(kinds);
  const counts = new Map<Attacks, number>();
  for (let n = 0; ; n++) {
    const attacks = attacksAt(n);
    const count = counts.get(attacks) ?? 0;
    counts.set(attacks, count + 1);
    yield attacks(count);
  }
}

function attackInTurn(
  field: Battlefield,
  order: Iterator<Attack>,
  until: number,
  rate: number,
  done: (result: AttackResult) => void,
): Promise<void>[] {
  const turnMs = (1000 * atOnce) / rate;
  return Array.from({ length: atOnce }, async () => {
    while (performance.now() < until) {
      const { value: attack } = order.next();
      const started = performance.now();
      const outcome = await attack.send(field);
      const milliseconds = performance.now() - started;
      done({ attack, outcome, milliseconds });
      await pause(Math.max(0, turnMs - milliseconds));
    }
  });
}

async function askNowAndThen(
  client: GoodClient,
  until: number,
  done: (result: GoodResult) => void,
): Promise<void> {
  for (let n = 0; performance.now() < until; n++) {
    const result = await client.ask(n);
    done(result);
    await pause(Math.max(0, goodEveryMs - result.milliseconds));
  }
}
