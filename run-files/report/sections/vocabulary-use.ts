import { counted } from "../../../node/cli/numbers.ts";
import { type Html, html } from "../../../node/html/page.ts";
import { figure, Plot } from "../../../node/html/plot.ts";
import type { RunRecord } from "../../run-record.ts";
import type { MeasuredCaptions } from "../../validation-captions.ts";
import { legend, properties } from "../markup.ts";

type Captions = readonly (readonly string[])[];

/** How many words the plot of frequent words has. */
const FREQUENT_WORDS = 24;
/** How many words and captions the lists below it have. */
const UNUSED_WORDS = 40;
const REPEATED_CAPTIONS = 8;

const own = { name: "network", colour: "var(--series-1)" };
const people = { name: "references", colour: "var(--series-2)" };

/** Shows how many of its words the network writes, against the references of the same images. */
export function vocabularyUse({ validation, words: vocabulary }: RunRecord): Html {
  if (validation === undefined) return html`<p>The run kept no captions of validation images.</p>`;
  const { candidates } = validation;
  const references = validation.references.flat();
  const [used, wanted] = [candidates, references].map(countWords) as [WordCounts, WordCounts];
  const known = new Set(vocabulary);
  const learnt = [...wanted.keys()].filter((word) => known.has(word));
  return html`${properties([
    ["words learnt", counted(vocabulary.length)],
    [
      "words in captions",
      `${counted(used.size)} (${percent(used.size / vocabulary.length)} of those learnt)`,
    ],
    [
      "words in references",
      `${counted(wanted.size)}, of which ${counted(learnt.length)} were learnt`,
    ],
    ["different captions", different(candidates)],
    ["words in a caption", `${meanLength(candidates)}; in a reference ${meanLength(references)}`],
  ])}
<h3>Frequent words</h3>
${frequentFigure(validation, used, wanted)}
<h3>Length</h3>
${lengthFigure(candidates, references)}
<h3>Learnt, but never written</h3>
<p>The most frequent words of the references that the network never writes: ${unused(learnt, used, wanted)}.</p>
<h3>Repeated captions</h3>
${repeated(candidates)}`;
}

type WordCounts = ReadonlyMap<string, number>;

/** Counts the captions that contain each word. */
function countWords(captions: Captions): WordCounts {
  const counts = new Map<string, number>();
  for (const caption of captions) {
    for (const word of new Set(caption)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

function frequentFigure(
  { candidates, references }: MeasuredCaptions,
  used: WordCounts,
  wanted: WordCounts,
): Html {
  const total = references.flat().length;
  const share = (counts: WordCounts, word: string, captions: number) =>
    (100 * (counts.get(word) ?? 0)) / captions;
  const words = [...new Set([...used.keys(), ...wanted.keys()])]
    .map((word) => ({
      word,
      own: share(used, word, candidates.length),
      people: share(wanted, word, total),
    }))
    .sort((a, b) => b.own + b.people - a.own - a.people)
    .slice(0, FREQUENT_WORDS);
  const label = `Share of captions that hold a word, for the ${words.length} most frequent words; first ${words
    .slice(0, 3)
    .map(
      ({ word, own, people }) =>
        `“${word}”: ${own.toFixed(0)} % of the network's captions, ${people.toFixed(0)} % of the references`,
    )
    .join("; ")}.`;
  return figure(
    label,
    legend([
      { ...own, dot: true },
      { ...people, dot: true },
    ]),
    (width) => ({
      height: 26 * words.length + 60,
      marginLeft: 84,
      marginBottom: 44,
      marginRight: 20,
      x: {
        label: "% of captions",
        labelArrow: "none",
        grid: true,
        ticks: width > 500 ? 10 : 5,
        zero: true,
      },
      y: { label: null, domain: words.map(({ word }) => word) },
      marks: [
        Plot.ruleY(words, {
          y: "word",
          x1: "own",
          x2: "people",
          stroke: "var(--faint)",
          strokeWidth: 2,
        }),
        Plot.dot(words, { y: "word", x: "people", fill: people.colour, r: 5 }),
        Plot.dot(words, { y: "word", x: "own", fill: own.colour, r: 5 }),
      ],
    }),
  );
}

function lengthFigure(candidates: Captions, references: Captions): Html {
  const shares = (captions: Captions, name: string) => {
    const longest = Math.max(...[...candidates, ...references].map(({ length }) => length));
    return Array.from({ length: longest + 1 }, (_, length) => ({
      length,
      name,
      share:
        (100 * captions.filter((caption) => caption.length === length).length) / captions.length,
    }));
  };
  const all = [...shares(candidates, own.name), ...shares(references, people.name)];
  const label = `Share of captions by their number of words: ${meanLength(candidates)} words on average in the network's, ${meanLength(references)} in the references.`;
  return figure(label, legend([own, people]), (width) => ({
    height: 220,
    marginLeft: 44,
    marginBottom: 44,
    x: {
      label: "words",
      labelArrow: "none",
      labelOffset: 36,
      ticks: width > 500 ? 20 : 6,
      tickFormat: "d",
    },
    y: { label: "% of captions", labelArrow: "none", grid: true, ticks: 4 },
    color: { domain: [own.name, people.name], range: [own.colour, people.colour] },
    marks: [
      Plot.lineY(all, {
        x: "length",
        y: "share",
        z: "name",
        stroke: "name",
        strokeWidth: 2,
        curve: "step",
      }),
    ],
  }));
}

function unused(learnt: readonly string[], used: WordCounts, wanted: WordCounts): string {
  const never = learnt
    .filter((word) => !used.has(word))
    .sort((a, b) => (wanted.get(b) ?? 0) - (wanted.get(a) ?? 0) || (a < b ? -1 : 1))
    .slice(0, UNUSED_WORDS);
  return never.length === 0
    ? "none"
    : never.map((word) => `${word} (${wanted.get(word)})`).join(", ");
}

function repeated(candidates: Captions): Html {
  const counts = new Map<string, number>();
  for (const words of candidates) {
    const caption = words.join(" ");
    counts.set(caption, (counts.get(caption) ?? 0) + 1);
  }
  const often = [...counts]
    .filter(([, count]) => count > 1)
    .sort(([, a], [, b]) => b - a)
    .slice(0, REPEATED_CAPTIONS);
  if (often.length === 0) return html`<p>No caption occurs twice.</p>`;
  return html`<table><thead><tr><th scope="col">caption</th><th scope="col" class="number">images</th></tr></thead><tbody>${often.map(
    ([caption, count]) => html`<tr><td>${caption}</td><td class="number">${count}</td></tr>
`,
  )}</tbody></table>`;
}

function different(captions: Captions): string {
  const counts = new Set(captions.map((words) => words.join(" "))).size;
  return `${counted(counts)} of ${counted(captions.length)}`;
}

function meanLength(captions: Captions): string {
  const words = captions.reduce((sum, { length }) => sum + length, 0);
  return (words / Math.max(1, captions.length)).toFixed(1);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
