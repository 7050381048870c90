import { z } from "zod";
import { type Html, html } from "../../../node/html/page.ts";
import { scrolledTable } from "../../../node/html/table.ts";
import { trainOptionsSchema } from "../../options.ts";
import type { RunRecord } from "../../run-record.ts";
import { properties } from "../markup.ts";

/** Shows a run's command, backbone and options, with the defaults of the options. */
export function configuration({ options, command, backbone, history }: RunRecord): Html {
  const backends = [...new Set(history.starts.map(({ backend }) => backend))];
  return html`<pre>${command}</pre>
${properties([
  ...Object.entries(backbone).map(([name, value]) => [`backbone: ${name}`, String(value)] as const),
  ["computed by", backends.join(", then ") || "unknown"],
  ["begun and resumed", history.starts.map(({ time }) => minuteOf(time)).join(", ")],
])}
<details><summary>All options; values other than the default stand in bold</summary>
${scrolledTable(
  "Options",
  html`<thead><tr><th scope="col">option</th><th scope="col">value</th><th scope="col">default</th><th scope="col">meaning</th></tr></thead><tbody>${optionRows(options)}</tbody>`,
)}
</details>`;
}

function optionRows(options: Readonly<Record<string, unknown>>): Html[] {
  const fields = Object.entries(trainOptionsSchema.shape) as [string, z.ZodType][];
  return fields.map(([name, field]) => {
    const usual = field instanceof z.ZodDefault ? String(field.def.defaultValue) : "";
    const value = options[name] === undefined ? "" : String(options[name]);
    const shown = value === usual ? html`${value}` : html`<strong>${value}</strong>`;
    return html`<tr><th scope="row">${name}</th><td>${shown}</td><td class="faint">${usual}</td><td class="faint">${field.description ?? ""}</td></tr>
`;
  });
}

/** Formats a time to the minute, such as `2026-11-23 12:56 UTC`. */
function minuteOf(time = ""): string {
  return `${time.slice(0, 16).replace("T", " ")} UTC`;
}
