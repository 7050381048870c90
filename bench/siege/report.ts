import { summarize } from "../measure/statistics.ts";
import { type AttackResult, isRight, type SiegeReport } from "./index.ts";

/** Whether everything was answered as it should be. */
export function isUnharmed({ attacks, good, complaints }: SiegeReport): boolean {
  return attacks.every(isRight) && good.every(({ right }) => right) && complaints.length === 0;
}

/** Tables, to be read or pasted. */
export function describeSiege(report: SiegeReport): string {
  const { attacks, good, memory, complaints, seconds } = report;
  const wrong = attacks.filter((result) => !isRight(result));
  const times = good.map(({ milliseconds }) => milliseconds);
  return [
    "| attack | sent | answered as it should be | told of too much to do | median ms | slowest ms |",
    "|---|---|---|---|---|---|",
    ...rows(attacks),
    "",
    `${attacks.length} attacks in ${(seconds / 60).toFixed(1)} minutes; ${wrong.length} not answered as they should be:`,
    ...wrong.map(({ attack, outcome }) => `  ${attack.kind}: ${attack.what}: ${outcome}`),
    `${good.length} good ones, ${good.filter(({ right }) => right).length} right, ${good.filter(({ tries }) => tries === 1).length} at the first try; median ${Math.round(summarize(times).value)} ms, slowest ${Math.round(Math.max(...times))} ms`,
    `complaints in the log: ${complaints.length}`,
    ...complaints.slice(0, 20).map((line) => `  ${line.slice(0, 500)}`),
    "",
    "| MiB in RAM | before | 1st quarter | 2nd | 3rd | 4th |",
    "|---|---|---|---|---|---|",
    ...(["worker", "proxy", "wrangler"] as const).map(
      (name) => `| ${name} | ${memory.map((one) => one[name].toFixed(0)).join(" | ")} |`,
    ),
  ].join("\n");
}

function rows(attacks: readonly AttackResult[]): string[] {
  return [...Map.groupBy(attacks, ({ attack }) => attack.kind)].map(([kind, results]) => {
    const times = results.map(({ milliseconds }) => milliseconds);
    const overloaded = results.filter(({ outcome }) => outcome === "503 overloaded").length;
    const right = results.filter(isRight).length;
    const cells = [
      kind,
      results.length,
      right,
      overloaded,
      Math.round(summarize(times).value),
      Math.round(Math.max(...times)),
    ];
    return `| ${cells.join(" | ")} |`;
  });
}
