import { z } from "zod";
import { syntheticDefaults, trainOptionsSchema } from "../../run-files/options.ts";

/** Returns the table of all options of `npm run train`, in Markdown. */
export function trainingOptionsTable(): string {
  const options = Object.entries(trainOptionsSchema.shape) as [string, z.ZodType][];
  return ["| option | default | synthetic | |", "|---|---|---|---|", ...options.map(row)].join(
    "\n",
  );
}

function row([key, field]: [string, z.ZodType]): string {
  const flag = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const usual = field instanceof z.ZodDefault ? String(field.def.defaultValue) : "";
  const synthetic = Object.entries(syntheticDefaults).find(([name]) => name === key)?.[1] ?? "";
  return `| \`${flag}\` | ${usual} | ${synthetic} | ${field.description ?? ""} |`;
}
