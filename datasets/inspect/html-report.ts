import { counted } from "../../node/cli/numbers.ts";
import { type Html, html, page } from "../../node/html/page.ts";
import { scrolledTable } from "../../node/html/table.ts";
import type { Dataset } from "../dataset.ts";
import { type Finding, type Inspection, SEVERITIES } from "./inspection.ts";
import { lengthFigure, vocabularyFigure } from "./plots.ts";
import { INSPECTION_STYLE } from "./style.ts";
import { embedThumbnails, type Thumbnails } from "./thumbnails.ts";
import {
  effortSentence,
  exampleText,
  frequencyClass,
  keptRows,
  percent,
  setRows,
  shareOf,
  splitRows,
  summary,
  vocabularySentence,
} from "./wording.ts";

/** Writes the report as one page that loads nothing. */
export async function htmlReport(inspection: Inspection, dataset: Dataset): Promise<string> {
  const sets = setRows(inspection);
  const thumbnails = await embedThumbnails(inspection.findings, dataset);
  return page({
    title: `Data set ${inspection.dataset.name}`,
    lead: `${summary(inspection)}.`,
    style: INSPECTION_STYLE,
    body: html`<p class="faint">${inspection.dataset.path}; ${inspection.dataset.found}.</p>
${sizesTable("Images and captions of each split", splitRows(inspection))}
${sets.length === 0 ? "" : sizesTable("Images and captions of each data set", sets, "data set")}
${SEVERITIES.map((severity) => findingsSection(inspection, severity, thumbnails))}
<h2>Length of captions</h2>
${lengthsSection(inspection)}
<h2>Vocabulary</h2>
${vocabularySection(inspection)}
<h2>What training with these options would keep</h2>
${keepSection(inspection)}
<p class="faint">${effortSentence(inspection)}</p>`,
  });
}

const HEADINGS = { error: "Errors", warning: "Warnings", note: "Notes" } as const;

function findingsSection(
  { findings }: Inspection,
  severity: keyof typeof HEADINGS,
  thumbnails: Thumbnails,
): Html {
  const found = findings.filter((finding) => finding.severity === severity);
  const none = html`<p>None were found.</p>`;
  return html`<h2>${HEADINGS[severity]}</h2>
${found.length === 0 ? none : found.map((finding) => findingDetails(finding, thumbnails))}`;
}

function findingDetails(finding: Finding, thumbnails: Thumbnails): Html {
  const { about, title, count, severity, explanation, remedy, examples } = finding;
  const share = shareOf(finding);
  return html`<details class="finding ${severity}"${severity === "error" ? html` open` : ""}>
<summary><span class="count">${counted(count)}</span> <span>${title}${share === "" ? "" : html` <span class="faint">${share}</span>`}</span></summary>
<p>${explanation}${remedy === undefined ? "" : html` Left out by <code>${remedy}</code>.`}</p>
<ul class="${about}">${examples.map((example) => {
    // The image whose caption first has a word explains nothing about the word.
    const shown = about === "words" ? [] : example.images.flatMap((id) => thumbnails.get(id) ?? []);
    return html`<li>${shown.map((url) => html`<img src="${url}" alt="">`)}<span>${exampleText(example)}</span></li>
`;
  })}</ul>
${count > examples.length ? html`<p class="faint">${examples.length} of ${counted(count)} are shown.</p>` : ""}
</details>
`;
}

function sizesTable(
  label: string,
  rows: readonly { name: string; images: number; captions: number }[],
  kind = "split",
): Html {
  return scrolledTable(
    label,
    html`<thead><tr><th scope="col">${kind}</th><th scope="col" class="number">images</th><th scope="col" class="number">captions</th></tr></thead>
<tbody>${rows.map(
      ({ name, images, captions }) =>
        html`<tr><th scope="row">${name}</th><td class="number">${counted(images)}</td><td class="number">${counted(captions)}</td></tr>
`,
    )}</tbody>`,
  );
}

function lengthsSection({ lengths }: Inspection): Html {
  const { mean, median, longest } = lengths;
  return html`<p>${mean.toFixed(1)} words on average, the median is ${median}, the longest has ${longest}.</p>
${lengthFigure(lengths)}`;
}

function vocabularySection({ vocabulary }: Inspection): Html {
  const { words, tokens, histogram, frequent } = vocabulary;
  return html`<p>${counted(words)} different words, ${counted(tokens)} in all.</p>
${vocabularyFigure(vocabulary)}
${scrolledTable(
  "Words by how often they occur",
  html`<thead><tr><th scope="col">words that occur</th><th scope="col" class="number">words</th><th scope="col" class="number">of all text</th></tr></thead>
<tbody>${histogram.map(
    (row) =>
      html`<tr><th scope="row">${frequencyClass(row)}</th><td class="number">${counted(row.words)}</td><td class="number">${percent(row.tokens / Math.max(1, tokens))}</td></tr>
`,
  )}</tbody>`,
)}
<p>The most frequent: ${frequent.map(({ word, count }) => `${word} (${counted(count)})`).join(", ")}.</p>`;
}

function keepSection(inspection: Inspection): Html {
  const { rules } = inspection.keep;
  const removed = scrolledTable(
    "What each rule leaves out",
    html`<thead><tr><th scope="col">rule</th><th scope="col" class="number">captions</th><th scope="col" class="number">whole images</th><th scope="col">example</th></tr></thead>
<tbody>${rules.map(
      ({ rule, captions, images, example }) =>
        html`<tr><th scope="row"><code>${rule}</code></th><td class="number">${counted(captions)}</td><td class="number">${counted(images)}</td><td>${exampleText({ text: example ?? "", images: [] })}</td></tr>
`,
    )}</tbody>`,
  );
  return html`${rules.length === 0 ? html`<p>Everything: no rule is set.</p>` : removed}
${sizesTable("What would be left of each split", keptRows(inspection))}
<p>${vocabularySentence(inspection)}</p>`;
}
