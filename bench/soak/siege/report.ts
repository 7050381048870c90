import { summarize } from "../../measure/statistics.ts";
import { type AttackResult, isRight, type SiegeReport } from "./run.ts";

/** The log is quoted up to this many lines of this many characters. */
const MAX_COMPLAINTS = 20;
const MAX_LINE = 500;

/** Tells whether all attacks and all good requests had a right outcome. */
export function isUnharmed({ attacks, good, complaints }: SiegeReport): boolean {
  return attacks.every(isRight) && good.every((result) => result.isRight) && !complaints.length;
}

/** Formats the results of a siege as Markdown tables and some lines. */
export function describeSiege(report: SiegeReport): string {
  const { attacks, good, memory, complaints, seconds } = report;
  const wrong = attacks.filter((result) => !isRight(result));
  const wrongGood = good.filter((result) => !result.isRight);
  const times = good.map(({ milliseconds }) => milliseconds);
  return [
    "| attack | sent | right outcome | 503 overloaded | median ms | slowest ms |",
    "|---|---|---|---|---|---|",
    ...rows(attacks),
    "",
    `${attacks.length} attacks in ${(seconds / 60).toFixed(1)} minutes, ${wrong.length} with a wrong outcome`,
    ...wrong.map(({ attack, outcome }) => `  ${attack.kind}: ${attack.what}: ${outcome}`),
    `${good.length} good requests, ${good.length - wrongGood.length} right, ${good.filter(({ tries }) => tries === 1).length} at the first try; median ${Math.round(summarize(times).value)} ms, slowest ${Math.round(Math.max(...times))} ms`,
    ...wrongGood.map(({ instead }) => `  ${instead}`),
    `Lines of the log with a status of 500 or a hung request: ${complaints.length}`,
    ...complaints.slice(0, MAX_COMPLAINTS).map((line) => `  ${line.slice(0, MAX_LINE)}`),
    "",
    "| resident memory, MiB | before | 1st quarter | 2nd | 3rd | 4th |",
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
