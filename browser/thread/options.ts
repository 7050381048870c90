import { type RequestedOptions, readOptions } from "../../core/answer/options.ts";
import { type CaptionParameters, optionsQuerySchema } from "../../core/api/caption-options.ts";
import { issueText } from "../../core/api/issue-text.ts";
import { firstIssue, UserError } from "../../core/errors.ts";

const schema = optionsQuerySchema.omit({ format: true });

/**
 * Reads the options of a caption as the service reads its query.
 *
 * @throws {UserError} `invalid_parameter`
 */
export function parseOptions(
  given: CaptionParameters,
  neutral: "true" | "false",
): RequestedOptions {
  const texts = Object.entries(given)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, String(value)]);
  const parsed = schema.safeParse(Object.fromEntries(texts));
  if (parsed.success) return readOptions(parsed.data, { neutral });
  const { issue, place } = firstIssue(parsed.error);
  const detail =
    issue?.code === "unrecognized_keys"
      ? `There is no option "${issue.keys[0] ?? ""}".`
      : `The option "${place}" is not valid: ${issueText(issue)}.`;
  throw new UserError("invalid_parameter", detail);
}
