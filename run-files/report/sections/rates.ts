import { type Html, html } from "../../../node/html/page.ts";
import { figure, Plot } from "../../../node/html/plot.ts";
import type { History, StepPoint } from "../../history.ts";
import { legend } from "../markup.ts";

/** Shows the learning rate of each step; the decoder's, where the backbone has its own. */
export function rates({ steps }: History): Html {
  if (steps.length === 0) return html`<p>No step has been taken yet.</p>`;
  const highest = steps.reduce((most, { rate }) => Math.max(most, rate), 0);
  const stages = [...new Set(steps.map(({ stage }) => stage))];
  const colours = stages.map((_, index) => `var(--series-${(index % 4) + 1})`);
  const key = legend(stages.map((name, index) => ({ name, colour: colours[index] ?? "" })));
  const label = `Learning rate over ${steps.length} steps in the stages ${stages.join(", ")}; at most ${scientific(highest)}.`;
  return figure(label, key, (width) => ({
    height: 220,
    marginLeft: 56,
    marginRight: 16,
    marginBottom: 44,
    x: {
      label: "step",
      labelArrow: "none",
      labelOffset: 36,
      ticks: width > 500 ? 10 : 4,
      tickFormat: "d",
    },
    y: { label: null, zero: true, grid: true, ticks: 4, tickFormat: scientific },
    marks: stages.map((stage, index) => rateLine(steps, stage, colours[index] ?? "", width)),
  }));
}

/** Draws one stage's line: between two stages the rate jumps. */
function rateLine(steps: readonly StepPoint[], stage: string, stroke: string, width: number) {
  const own = thinned(
    steps.filter((step) => step.stage === stage),
    width / 2,
  );
  return Plot.lineY(own, { x: "number", y: "rate", z: null, stroke, strokeWidth: 2 });
}

function scientific(rate: number): string {
  return rate === 0 ? "0" : rate.toExponential(1).replace(".0", "");
}

/** Thins the points, by a stride, to what the plot can show; the last point stays. */
function thinned<T>(points: readonly T[], wanted: number): T[] {
  const stride = Math.max(1, Math.ceil(points.length / wanted));
  return points.filter((_, index) => index % stride === 0 || index === points.length - 1);
}
