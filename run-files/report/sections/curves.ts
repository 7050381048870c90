import { type Html, html } from "../../../node/html/page.ts";
import { figure, Plot } from "../../../node/html/plot.ts";
import { dot, fixed, frame, line, type Point, points, stageMarks } from "../epoch-plot.ts";
import { gapAtEnd } from "../gap-of.ts";
import type { History } from "../history.ts";
import { counted, legend } from "../markup.ts";
import { epochTable } from "./epoch-table.ts";

const trainColour = "var(--series-2)";
const validationColour = "var(--series-1)";

/** Training against validation, epoch by epoch. */
export function curves(history: History): Html {
  if (history.epochs.length === 0) return html`<p>No epoch has ended yet.</p>`;
  return html`
<h3>CIDEr-D</h3>
${ciderFigure(history)}
<h3>Loss</h3>
${lossFigure(history)}
<h3>Other measures of the validation captions</h3>
${otherFigure(history)}
<details><summary>The curves as a table</summary>${epochTable(history)}</details>`;
}

function ciderFigure(history: History): Html {
  const { epochs } = history;
  const validation = points(epochs, ({ validation }) => validation["CIDEr-D"]);
  const train = points(epochs, ({ gap }) => gap?.train["CIDEr-D"]);
  const end = gapAtEnd(history);
  const last = epochs.findLast(({ best }) => best);
  const ends = end && last ? [{ number: last.number, ...end }] : [];
  const gaps = ends.length > 0 ? ends : lastGap(train, validation);
  const images = epochs.findLast(({ gap }) => gap)?.gap?.images;
  const key = legend([
    { name: "validation images", colour: validationColour },
    ...(images === undefined
      ? []
      : [{ name: `${counted(images)} training images`, colour: trainColour, dashed: true }]),
    ...(end
      ? [
          {
            name: `${counted(end.images)} training images, at the end`,
            colour: trainColour,
            dot: true,
          },
        ]
      : []),
  ]);
  const label = `CIDEr-D after each of ${epochs.length} epochs: validation ends at ${fixed(validation.at(-1)?.value)}${
    gaps[0] ? `, training at ${fixed(gaps[0].train)}, a gap of ${fixed(gaps[0].gap)}` : ""
  }.`;
  return figure(label, key, (width) => ({
    ...frame(width, history.stages, epochs.length),
    marginRight: gaps.length > 0 ? 76 : 16,
    y: { label: null, zero: true, nice: true, grid: true, ticks: 6 },
    marks: [
      ...stageMarks(history.stages, width),
      Plot.lineY(train, { ...line(trainColour), strokeDasharray: "5 4" }),
      Plot.lineY(validation, line(validationColour)),
      Plot.dot(train, dot(trainColour)),
      Plot.dot(validation, dot(validationColour)),
      Plot.dot(ends, {
        x: "number",
        y: "train",
        r: 5,
        stroke: trainColour,
        strokeWidth: 2,
        fill: "var(--paper)",
      }),
      ...gapMarks(gaps),
    ],
  }));
}

/** Below this share of the value a gap has no room for its name: that stands above it. */
const narrowGap = 0.15;

/** The gap as a bracket between the two curves. */
function gapMarks(
  gaps: readonly { number: number; train: number; validation: number; gap: number }[],
) {
  const isNarrow = gaps.some(({ gap, validation }) => Math.abs(gap) < narrowGap * validation);
  return [
    Plot.ruleX(gaps, {
      x: "number",
      y1: "validation",
      y2: "train",
      stroke: "var(--ink)",
      strokeWidth: 1.5,
      strokeDasharray: "1 3",
    }),
    Plot.text(gaps, {
      x: "number",
      y: ({ train, validation }) =>
        isNarrow ? Math.max(train, validation) : (train + validation) / 2,
      dy: isNarrow ? -14 : 0,
      text: ({ gap }) => `gap ${fixed(gap)}`,
      textAnchor: "start",
      dx: isNarrow ? -8 : 8,
      fontWeight: 600,
      stroke: "var(--paper)",
      strokeWidth: 4,
      fill: "var(--ink)",
    }),
  ];
}

function lastGap(train: readonly Point[], validation: readonly Point[]) {
  const last = train.at(-1);
  const held = validation.find(({ number }) => number === last?.number);
  if (!last || !held) return [];
  const gap = last.value - held.value;
  return [{ number: last.number, train: last.value, validation: held.value, gap }];
}

function lossFigure({ epochs, stages }: History): Html {
  const taught = points(
    epochs.filter(({ stage }) => learnsWords(stage)),
    ({ loss }) => loss,
  );
  const train = points(epochs, ({ gap }) => gap?.train.loss);
  const validation = points(epochs, ({ gap }) => gap?.validation.loss);
  const key = legend([
    ...(validation.length > 0
      ? [
          { name: "validation images", colour: validationColour },
          { name: "training images, measured alike", colour: trainColour, dashed: true },
        ]
      : []),
    { name: "what training minimises (with dropout and smoothing)", colour: "var(--series-3)" },
  ]);
  const last = [train, validation].map((curve) => curve.at(-1)?.value);
  const label =
    validation.length > 0
      ? `Cross-entropy of a word after each epoch: at last ${fixed(last[0])} on training images and ${fixed(last[1])} on validation images.`
      : `The loss that training minimises: at last ${fixed(taught.at(-1)?.value)}.`;
  return html`${figure(label, key, (width) => ({
    ...frame(width, stages, epochs.length),
    y: { label: null, nice: true, grid: true, ticks: 6 },
    marks: [
      ...stageMarks(stages, width),
      Plot.lineY(taught, { ...line("var(--series-3)"), strokeOpacity: 0.8 }),
      Plot.lineY(train, { ...line(trainColour), strokeDasharray: "5 4" }),
      Plot.lineY(validation, line(validationColour)),
      Plot.dot(taught, dot("var(--series-3)")),
      Plot.dot(train, dot(trainColour)),
      Plot.dot(validation, dot(validationColour)),
    ],
  }))}<p class="faint">Cross-entropy of a word in nats. Self-critical stages minimise something else, which stands in the table: it says how captions differ from their siblings, not how good they are.</p>`;
}

function otherFigure({ epochs, stages }: History): Html {
  const names = ["BLEU-4", "ROUGE-L", "distinct"];
  const all = names.flatMap((name) =>
    points(epochs, ({ validation }) => validation[name]).map((point) => ({ ...point, name })),
  );
  const colours = ["var(--series-1)", "var(--series-3)", "var(--series-4)"];
  const key = legend([
    ...names.slice(0, 2).map((name, index) => ({ name, colour: colours[index] ?? "" })),
    { name: "share of different captions", colour: colours[2] ?? "" },
  ]);
  const ends = names.map((name) => `${name} ${fixed(all.findLast((p) => p.name === name)?.value)}`);
  return figure(`Measures after the last epoch: ${ends.join(", ")}.`, key, (width) => ({
    ...frame(width, stages, epochs.length),
    y: { label: null, domain: [0, 1], grid: true, ticks: 5 },
    color: { domain: names, range: colours },
    marks: [
      ...stageMarks(stages, width),
      Plot.lineY(all, { x: "number", y: "value", z: "name", stroke: "name", strokeWidth: 2 }),
      Plot.dot(all, { x: "number", y: "value", fill: "name", r: 2.5, title: "title" }),
    ],
  }));
}

/** Whether a stage minimises the cross-entropy of words. */
function learnsWords(stage: string): boolean {
  return stage === "frozen" || stage === "fine-tune";
}
