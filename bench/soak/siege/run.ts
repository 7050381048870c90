import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startHostileOrigin } from "../hostile-origin.ts";
import { evenly } from "../turns.ts";
import type { Attack, Attacks, Battlefield } from "./attack.ts";
import { nearMisses, oddTargets, privateAddresses, unknownNames } from "./attacks/addresses.ts";
import { oddBodies, slowUploads } from "./attacks/bodies.ts";
import { bombs, damagedImages } from "./attacks/images.ts";
import { crowds } from "./attacks/leaving.ts";
import { badServers, slowServers } from "./attacks/origins.ts";
import { oddHeaders, oddMethods, oddPaths, oddQueries } from "./attacks/requests.ts";
import { GoodClient, type GoodResult } from "./good.ts";
import { type Memory, startService } from "./service.ts";

interface SiegeOptions {
  readonly minutes: number;
  /** Attacks per second, if the service answers fast enough. */
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
  /** At the start, and at the end of each quarter. */
  readonly memory: readonly Memory[];
  /** Lines of the service's log that report a status of 500 or a request that hung. */
  readonly complaints: readonly string[];
  readonly seconds: number;
}

/** The progress of a siege. */
interface SiegeProgress {
  readonly seconds: number;
  readonly attacks: number;
  /** Good requests. */
  readonly good: number;
  /** Attacks and good requests with a wrong outcome. */
  readonly wrong: number;
}

/** The percentage of each kind of attack. Crowds are many requests each, and slow attacks long ones. */
async function attackShares(): Promise<readonly (readonly [share: number, attacks: Attacks])[]> {
  return [
    [18, privateAddresses],
    [5, nearMisses],
    [2, unknownNames],
    [8, oddTargets],
    [12, badServers],
    [2, slowServers],
    [22, await damagedImages()],
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

const CONCURRENT_ATTACKS = 10;
const GOOD_EVERY_MS = 2000;
const PROGRESS_EVERY_MS = 1000;

/**
 * Attacks the service of `npm start` with hostile requests of every kind, for a long time at a modest rate,
 * and good requests between them, which must not suffer.
 *
 * @param onProgress - called each second.
 */
export async function runSiege(
  { minutes, rate }: SiegeOptions,
  onProgress: (progress: SiegeProgress) => void,
): Promise<SiegeReport> {
  await using resources = new AsyncDisposableStack();
  const { port } = resources.adopt(await startHostileOrigin(), (one) => one.close());
  const origin = `127.0.0.1:${port}`;
  const state = resources.adopt(await mkdtemp(join(tmpdir(), "edge-caption-siege-")), (path) =>
    rm(path, { recursive: true, force: true }),
  );
  const service = resources.adopt(await startService(origin, state), (one) => one.stop());
  const client = await GoodClient.learn(service.url);
  const order = inOrder(await attackShares());
  const memory = [service.memory()];
  const attacks: AttackResult[] = [];
  const good: GoodResult[] = [];
  let wrong = 0;
  const start = performance.now();
  const duration = minutes * 60_000;
  const until = start + duration;
  const tick = () => {
    const elapsed = performance.now() - start;
    const quarters = Math.floor((4 * elapsed) / duration);
    if (memory.length <= Math.min(3, quarters)) memory.push(service.memory());
    onProgress({ seconds: elapsed / 1000, attacks: attacks.length, good: good.length, wrong });
  };
  resources.adopt(setInterval(tick, PROGRESS_EVERY_MS), clearInterval);
  const attacking = attackInTurn({ service, origin }, order, until, rate, (result) => {
    attacks.push(result);
    if (!isRight(result)) wrong++;
  });
  const asking = askNowAndThen(client, until, (result) => {
    good.push(result);
    if (!result.isRight) wrong++;
  });
  await Promise.all([...attacking, asking]);
  memory.push(service.memory());
  const seconds = (performance.now() - start) / 1000;
  return { attacks, good, memory, complaints: complaintsIn(service.output()), seconds };
}

/** Expected lines: the runtime logs broken HTTP and clients that disconnect. */
function complaintsIn(output: string): string[] {
  return output.split("\n").filter((line) => /"status":500|code had hung/.test(line));
}

/** Tells whether an attack had one of its right outcomes, or was refused because of overload. */
export function isRight({ attack, outcome }: AttackResult): boolean {
  return attack.right.test(outcome) || outcome === "503 overloaded";
}

/** Mixes the kinds evenly, and numbers the attacks of each kind from 0. */
function* inOrder(shares: Awaited<ReturnType<typeof attackShares>>): Generator<Attack> {
  const attacksAt = evenly(shares);
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
  onResult: (result: AttackResult) => void,
): Promise<void>[] {
  const turnMs = (1000 * CONCURRENT_ATTACKS) / rate;
  return Array.from({ length: CONCURRENT_ATTACKS }, async () => {
    while (performance.now() < until) {
      const { value: attack } = order.next();
      const started = performance.now();
      const outcome = await attack.send(field);
      const milliseconds = performance.now() - started;
      onResult({ attack, outcome, milliseconds });
      await pause(Math.max(0, turnMs - milliseconds));
    }
  });
}

async function askNowAndThen(
  client: GoodClient,
  until: number,
  onResult: (result: GoodResult) => void,
): Promise<void> {
  for (let n = 0; performance.now() < until; n++) {
    const result = await client.ask(n);
    onResult(result);
    await pause(Math.max(0, GOOD_EVERY_MS - result.milliseconds));
  }
}
