import { cpus } from "node:os";
import { finishedImages } from "./audit.ts";
import { failingImages } from "./images.ts";
import type { QueueSoakReport } from "./run.ts";

/** Returns what went wrong, a line each; nothing if all images ended as they should. */
export function complaintsOf({ options, audit, differentTexts }: QueueSoakReport): string[] {
  const { images } = options;
  const failed = audit.groups.filter(({ state }) => state === "failed");
  const failures = failed.reduce((sum, { count }) => sum + count, 0);
  const lost = images - finishedImages(audit);
  const wrongCode = failed.filter(({ problem }) => problem !== "broken_image");
  return [
    ...(lost === 0 ? [] : [`${lost} images are not finished`]),
    ...(audit.captionedTwice === 0 ? [] : [`${audit.captionedTwice} images were captioned twice`]),
    ...(failures === failingImages(images)
      ? []
      : [`${failures} images failed in place of ${failingImages(images)}`]),
    ...wrongCode.map(({ problem, count }) => `${count} images failed with ${problem}`),
    ...(differentTexts === 0 ? [] : [`${differentTexts} texts in KV are not those of D1`]),
  ];
}

/** Formats the result as a Markdown table under the date. */
export function describeQueueSoak(report: QueueSoakReport, date: Date): string {
  const { options, audit, killedAt, memory, seconds } = report;
  const rows: [string, string][] = [
    ["captioner", options.real ? "the real one" : "a Worker that answers at once"],
    ["images", String(options.images)],
    ["kills, at so many finished images", killedAt.join(", ") || "none"],
    ...audit.groups.map(({ state, problem, count }): [string, string] => [
      problem === null ? state : `${state}: ${problem}`,
      String(count),
    ]),
    ["not finished", String(options.images - finishedImages(audit))],
    ["captioned twice in D1", String(audit.captionedTwice)],
    ["texts in KV that are not those of D1", String(report.differentTexts)],
    ["seconds, restarts included", seconds.toFixed(0)],
    ["images a second", (options.images / seconds).toFixed(1)],
    [
      "resident memory of workerd, MiB, highest in each tenth",
      Array.from(memory, (value) => value?.toFixed(0) ?? "-").join(", "),
    ],
  ];
  const complaints = complaintsOf(report);
  const [cpu] = cpus();
  return [
    `${date.toISOString().slice(0, 16).replace("T", " ")} UTC, ${cpus().length} x ${cpu?.model ?? "unknown"}`,
    "",
    "| what | result |",
    "|---|---|",
    ...rows.map(([what, result]) => `| ${what} | ${result} |`),
    "",
    complaints.length === 0 ? "All images ended as they should." : complaints.join("\n"),
  ].join("\n");
}
