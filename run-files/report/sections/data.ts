import { type Html, html } from "../../../node/html/page.ts";
import { scrolledTable } from "../../../node/html/table.ts";
import { counted, properties } from "../markup.ts";
import type { RunRecord } from "../run-record.ts";

/** What a run learnt from, and what was wrong with it. */
export function data({ dataset }: RunRecord): Html {
  const { name, images, captions, validationImages, faults, cleaning } = dataset;
  const counts = { images, captions, validationImages };
  const titles = {
    images: "training images",
    captions: "training captions",
    validationImages: "validation images",
  };
  const known = Object.entries(titles).flatMap(([key, title]) => {
    const count = counts[key as keyof typeof counts];
    return count === undefined ? [] : [[title, counted(count)] as const];
  });
  return html`${properties([["name", name], ...known])}
<h3>Faults</h3>
${faults.length === 0 ? html`<p>Nothing was found wrong with it.</p>` : faultTable(faults)}
<h3>Cleaning</h3>
${cleaning.length === 0 ? html`<p>No rule was asked for.</p>` : cleaningTable(cleaning)}`;
}

function cleaningTable(rules: RunRecord["dataset"]["cleaning"]): Html {
  return scrolledTable(
    "What each rule left out",
    html`<thead><tr><th scope="col">rule</th><th scope="col" class="number">captions</th><th scope="col" class="number">images whole</th><th scope="col">such as</th></tr></thead><tbody>${rules.map(
      ({
        rule,
        images,
        captions,
        example,
      }) => html`<tr><td><code>${rule}</code></td><td class="number">${counted(captions)}</td><td class="number">${counted(images)}</td><td>${example ?? ""}</td></tr>
`,
    )}</tbody>`,
  );
}

function faultTable(faults: RunRecord["dataset"]["faults"]): Html {
  return html`<p>Left out of the run:</p>${scrolledTable(
    "Faults of the data",
    html`<thead><tr><th scope="col">fault</th><th scope="col" class="number">count</th><th scope="col">the first of them</th></tr></thead><tbody>${faults.map(
      ({
        kind,
        count,
        example,
        examples,
      }) => html`<tr><td>${kind}</td><td class="number">${counted(count)}</td><td><code>${example ?? examples?.[0] ?? ""}</code></td></tr>
`,
    )}</tbody>`,
  )}`;
}
