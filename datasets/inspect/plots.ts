import { counted } from "../../node/cli/numbers.ts";
import type { Html } from "../../node/html/page.ts";
import { figure, Plot } from "../../node/html/plot.ts";
import type { Inspection } from "./inspection.ts";
import { frequencyClass } from "./wording.ts";

const COLOUR = "var(--series-1)";

/** Draws the distribution of the captions' lengths. */
export function lengthFigure({ histogram, mean, median }: Inspection["lengths"]): Html {
  const label = `Captions by their number of words: ${mean.toFixed(1)} on average, half of them have at most ${median}.`;
  return figure(label, "Captions by their number of words", (width) => ({
    height: 240,
    marginLeft: 56,
    marginBottom: 44,
    x: { label: "words", labelArrow: "none", ticks: width > 500 ? 20 : 6, tickFormat: "d" },
    y: { label: "captions", labelArrow: "none", grid: true, ticks: 4 },
    marks: [
      Plot.rectY(histogram, {
        x1: ({ words }) => words - 0.4,
        x2: ({ words }) => words + 0.4,
        y: "captions",
        fill: COLOUR,
      }),
      Plot.ruleY([0], { stroke: "var(--line)" }),
    ],
  }));
}

/** Draws the distribution of the words' frequencies. */
export function vocabularyFigure({ histogram }: Inspection["vocabulary"]): Html {
  const rows = histogram.map((row) => ({ ...row, name: frequencyClass(row) }));
  const label = `Words by how often they occur: ${rows.map(({ name, words }) => `${name} ${counted(words)}`).join(", ")}.`;
  return figure(label, "Different words by how often they occur", (width) => ({
    height: 34 * rows.length + 50,
    marginLeft: 146,
    marginRight: 56,
    marginBottom: 44,
    x: { label: "words", labelArrow: "none", grid: true, ticks: width > 500 ? 8 : 3 },
    y: { label: null, domain: rows.map(({ name }) => name) },
    marks: [
      Plot.barX(rows, { x: "words", y: "name", fill: COLOUR, inset: 3 }),
      Plot.text(rows, {
        x: "words",
        y: "name",
        text: ({ words }) => counted(words),
        textAnchor: "start",
        dx: 6,
        fill: "var(--ink)",
      }),
    ],
  }));
}
