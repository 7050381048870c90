import { UserError } from "../../core/errors.ts";
import { parseSettings, type Settings, settingsSchema } from "../../worker/settings/index.ts";

/**
 * Reads the variables as the Worker will.
 *
 * @throws {UserError} `invalid_settings`; `unknown_variable` for one that the Worker ignores, perhaps a
 *   misspelt one; `private_hosts`, as that is for development; `secret_in_variables` for keys, which
 *   everyone with access to the settings could read.
 */
export function checkVariables(variables: Readonly<Record<string, unknown>>): Settings {
  const settings = parseSettings(variables);
  const unknown = Object.keys(variables).find((name) => !Object.hasOwn(settingsSchema.shape, name));
  if (unknown !== undefined) {
    const message = `${unknown} is not a variable of the Worker: docs/http.md lists them.`;
    throw new UserError("unknown_variable", message);
  }
  if (settings.PRIVATE_HOSTS.length > 0) {
    throw new UserError(
      "private_hosts",
      "PRIVATE_HOSTS is for development: remove it before you deploy.",
    );
  }
  for (const name of ["API_KEYS", "URL_KEYS", "HOST_HEADERS"] as const) {
    if (Object.keys(settings[name]).length === 0) continue;
    const message = `${name} is a secret: use \`npm run wrangler -- secret put ${name} --env production\`, not a variable.`;
    throw new UserError("secret_in_variables", message);
  }
  return settings;
}
