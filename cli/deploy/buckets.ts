import type { Unstable_Config as Config } from "wrangler";
import { BUCKET_EVENTS, bindingName } from "../../site/buckets/names.ts";
import { parseSiteSettings } from "../../site/settings.ts";
import { type Finding, fix, note, ok } from "./finding.ts";
import type { Wrangler } from "./wrangler.ts";

type Buckets = Pick<Config, "r2_buckets" | "vars">;

/**
 * Checks the buckets that the site's Worker is bound to, and says how it hears of what changes in them.
 *
 * @throws {UserError} `invalid_settings`
 */
export function checkBuckets({ r2_buckets: buckets, vars }: Buckets): Finding[] {
  const names = buckets.map(({ bucket_name: name = "" }) => name);
  const misnamed = buckets.filter(
    ({ binding, bucket_name: name = "" }) => binding !== bindingName(name),
  );
  const unbound = parseSiteSettings(vars).PUBLIC_URLS.filter(
    ({ bucket }) => !names.includes(bucket),
  );
  return [
    ...misnamed.map(({ binding, bucket_name: name = "" }) =>
      fix(`The binding of the bucket ${name} must be ${bindingName(name)}, not ${binding}.`),
    ),
    ...unbound.map(({ bucket }) =>
      fix(`PUBLIC_URLS names the bucket ${bucket}, which site/wrangler.toml does not bind.`),
    ),
    ...(names.length === 0 ? [] : [note(`Bound to the buckets ${names.join(", ")}.`)]),
    ...names.map((name) =>
      note(
        `For new images of ${name} to be captioned by themselves, once after the deployment: \`npm run wrangler -- r2 bucket notification create ${name} --event-type object-create object-delete --queue ${BUCKET_EVENTS}\`.`,
      ),
    ),
  ];
}

/** Checks that the account has the buckets. They are the owner's, so none is created. */
export async function* findBuckets(
  wrangler: Wrangler,
  { r2_buckets: buckets }: Pick<Buckets, "r2_buckets">,
): AsyncGenerator<Finding> {
  for (const { bucket_name: name = "" } of buckets) {
    const { status } = await wrangler("r2", "bucket", "info", name);
    yield status === 0
      ? ok(`The account has the bucket ${name}.`)
      : fix(
          `The bucket ${name} cannot be found: correct site/wrangler.toml, or create it with \`npm run wrangler -- r2 bucket create ${name}\`.`,
        );
  }
}
