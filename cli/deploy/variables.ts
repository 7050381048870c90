import { UserError } from "../../core/errors.ts";
import { parseSettings, type Settings } from "../../worker/settings.ts";

/**
 * Reads the variables as the Worker will.
 *
 * @throws UserError `invalid_settings`; `private_hosts` for what is for development only;
 *   `secret_in_variables` for what everybody who may see the settings would see
 */
export function checkVariables(variables: Readonly<Record<string, unknown>>): Settings {
  const settings = parseSettings(variables);
  if (settings.PRIVATE_HOSTS.length > 0) {
    throw new UserError(
      "private_hosts",
      "PRIVATE_HOSTS is for development: take it out to deploy.",
    );
  }
  for (const name of ["API_KEYS", "URL_KEYS"] as const) {
    if (settings[name].length === 0) continue;
    const message = `${name} is a secret: use \`npx wrangler secret put ${name}\`, not a variable.`;
    throw new UserError("secret_in_variables", message);
  }
  return settings;
}

/** What strangers will be able to do, a line each, so that nobody leaves it open unawares. */
export function leftOpen({ ALLOWED_HOSTS, CORS_ORIGINS }: Settings): string[] {
  return [
    "Unless the secrets API_KEYS or URL_KEYS are set, everybody may ask for captions, at your cost.",
    ...(ALLOWED_HOSTS.length === 0
      ? ["ALLOWED_HOSTS is empty: pictures of every public host are fetched."]
      : []),
    ...(CORS_ORIGINS.includes("*") ? ["CORS_ORIGINS is *: the pages of every site may ask."] : []),
  ];
}
