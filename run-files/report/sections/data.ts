import { counted } from "../../../node/cli/numbers.ts";
import { type Html, html } from "../../../node/html/page.ts";
import { scrolledTable } from "../../../node/html/table.ts";
import type { RunRecord } from "../../run-record.ts";
import { properties } from "../markup.ts";

type Dataset = RunRecord["dataset"];

/** Shows the data that a run learnt from, and what was wrong with it. */
export function data({ dataset }: RunRecord): Html {
  const { name, images, captions, validationImages, faults, cleaning, sets = [] } = dataset;
  return html`${properties([
    ["name", name],
    ["training images", counted(images)],
    ["training captions", counted(captions)],
    ...(validationImages === undefined
      ? []
      : [["validation images", counted(validationImages)] as const]),
  ])}
${sets.length > 1 ? setTable(sets) : ""}
<h3>Faults</h3>
${faults.length === 0 ? html`<p>No faults were found.</p>` : faultTable(faults)}
<h3>Cleaning</h3>
${cleaning.length === 0 ? html`<p>No cleaning rule was set.</p>` : cleaningTable(cleaning)}`;
}

function setTable(sets: NonNullable<Dataset["sets"]>): Html {
  return scrolledTable(
    "Data sets",
    html`<thead><tr><th scope="col">data set</th><th scope="col" class="number">weight</th><th scope="col" class="number">training images</th><th scope="col" class="number">training captions</th><th scope="col" class="number">validation images</th></tr></thead><tbody>${sets.map(
      ({ name, weight, images, captions, validationImages }) =>
        html`<tr><th scope="row">${name}</th><td class="number">${weight}</td><td class="number">${counted(images)}</td><td class="number">${counted(captions)}</td><td class="number">${counted(validationImages)}</td></tr>
`,
    )}</tbody>`,
  );
}

function cleaningTable(rules: Dataset["cleaning"]): Html {
  return scrolledTable(
    "What each rule left out",
    html`<thead><tr><th scope="col">rule</th><th scope="col" class="number">captions</th><th scope="col" class="number">whole images</th><th scope="col">example</th></tr></thead><tbody>${rules.map(
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

function faultTable(faults: Dataset["faults"]): Html {
  return html`<p>Left out of the run:</p>${scrolledTable(
    "Faults of the data",
    html`<thead><tr><th scope="col">fault</th><th scope="col" class="number">count</th><th scope="col">example</th></tr></thead><tbody>${faults.map(
      ({
        kind,
        count,
        example,
      }) => html`<tr><td>${kind}</td><td class="number">${counted(count)}</td><td><code>${example ?? ""}</code></td></tr>
`,
    )}</tbody>`,
  )}`;
}
