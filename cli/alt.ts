/**
 * `npm run alt -- COMMAND`: finds the images of a whole site, and has the Worker in front of it caption
 * them. Talks to a deployed Worker, or to the one of `npm run site`.
 */

import type { Command } from "commander";
import { z } from "zod";
import type { SiteImage } from "../client/index.ts";
import { UserError } from "../core/errors.ts";
import { createCommand, runCommand } from "../node/cli/command.ts";
import { writeOutput } from "../node/cli/files.ts";
import { countOf } from "../node/cli/numbers.ts";
import { addOptions, parseOptions } from "../node/cli/option-flags.ts";
import { lookAtBucket } from "./alt/bucket.ts";
import { asking, connect, hostOf, siteOptions } from "./alt/connect.ts";
import { crawl } from "./alt/crawl.ts";
import { describeBucket, describeFindings, describeUrls } from "./alt/describe.ts";
import { EXPORT_FORMATS, exportImages } from "./alt/export.ts";
import { readSitemap } from "./alt/sitemap.ts";
import { describeStatus } from "./alt/status.ts";
import { addUrls, readUrlFile } from "./alt/urls.ts";
import { wipeLocalState } from "./alt/wipe-local.ts";

const limit = z.coerce.number().int().min(1).default(10_000).describe("the most pages to visit");

const dryRun = z
  .boolean()
  .default(false)
  .describe("only count: how many images, how many lack a text, what captioning them costs");

const write = (text: string) => process.stdout.write(text);

const program = createCommand(
  "npm run alt --",
  "Finds the images of a whole site, and has the Worker in front of it caption them.",
).addHelpText("after", "\nALT_KEY is one of the Worker's REVIEW_KEYS. See docs/site.md.");

/**
 * Adds a command that asks the Worker.
 *
 * @param usage - its name and arguments.
 * @param run - gets the arguments, empty where they are not given, and the options.
 */
function addCommand<Shape extends z.ZodRawShape>(
  usage: string,
  description: string,
  shape: Shape,
  run: (
    args: readonly [first: string, second: string],
    options: AltOptions<Shape>,
  ) => Promise<void>,
): void {
  const schema = z.object({ ...siteOptions.shape, ...shape });
  const command: Command = program.command(usage).description(description);
  addOptions(command, schema).action(async () => {
    const options = parseOptions(schema, command.opts()) as AltOptions<Shape>;
    const [first = "", second = ""] = command.args;
    await asking(run([first, second], options));
  });
}

type AltOptions<Shape extends z.ZodRawShape> = z.infer<typeof siteOptions> &
  z.infer<z.ZodObject<Shape>>;

addCommand(
  "crawl <url>",
  "follows the links of a site, and queues the images without alternative text",
  { limit, dryRun },
  async ([url], options) => {
    const { client } = await connect(options, url);
    const found = await crawl(client, [url], { ...options, follow: true });
    write(describeFindings(found, options.dryRun));
  },
);

addCommand(
  "sitemap <url>",
  "visits the pages of a sitemap, and queues their images; images that it names are queued directly",
  { limit, dryRun },
  async ([url], options) => {
    const { client } = await connect(options, url);
    const { pages, images } = await readSitemap(url);
    if (pages.length > 0 || images.length === 0) {
      const found = await crawl(client, pages, { ...options, follow: false });
      write(describeFindings(found, options.dryRun));
    }
    if (images.length > 0) await queue(client, images, options.dryRun);
  },
);

addCommand(
  "urls <file>",
  "queues images by their URLs, one a line; - is standard input",
  { dryRun },
  async ([file], options) => {
    const { client } = await connect(options);
    await queue(client, await readUrlFile(file), options.dryRun);
  },
);

async function queue(
  client: Awaited<ReturnType<typeof connect>>["client"],
  urls: readonly string[],
  isDryRun: boolean,
): Promise<void> {
  const { added, refused } = isDryRun ? { added: 0, refused: [] } : await addUrls(client, urls);
  write(describeUrls(urls.length, added, refused, isDryRun));
}

addCommand(
  "bucket <name> [prefix]",
  "queues the images of a bucket of R2 that the Worker is bound to",
  { dryRun },
  async ([bucket, prefix], options) => {
    const { client } = await connect(options);
    const found = await lookAtBucket(client, bucket, { prefix, dryRun: options.dryRun });
    write(describeBucket(found, options.dryRun));
  },
);

addCommand(
  "status",
  "prints how many images are in each state, and the time left",
  {},
  async (_, options) => {
    const { client } = await connect(options);
    write(describeStatus(await client.status()));
  },
);

addCommand("resume", "wakes workers for all images that are due", {}, async (_, options) => {
  const { client } = await connect(options);
  write(`${countOf(await client.sweep(), "image")} woken.\n`);
});

addCommand(
  "retry",
  "queues images again that failed",
  { failed: z.boolean().default(false).describe("all that failed") },
  async (_, { failed, ...options }) => {
    if (!failed) throw new UserError("missing_option", "Say what to retry: --failed.");
    const { client } = await connect(options);
    write(`${countOf(await client.retryFailed(), "image")} queued again.\n`);
  },
);

addCommand(
  "recaption",
  "queues images again that an older model captioned, never those that a person decided about",
  {
    modelOlderThan: z
      .string({ error: "name a version, such as 2.0.0" })
      .describe("images of models before this version"),
  },
  async (_, { modelOlderThan, ...options }) => {
    const { client } = await connect(options);
    write(`${countOf(await client.recaption(modelOlderThan), "image")} queued again.\n`);
  },
);

addCommand(
  "export",
  "writes all images with their texts",
  {
    format: z.enum(EXPORT_FORMATS).default("csv").describe(EXPORT_FORMATS.join(", ")),
    out: z.string().optional().describe("file to write (default: standard output)"),
  },
  async (_, { format, out, ...options }) => {
    const { client } = await connect(options);
    const images: SiteImage[] = [];
    for await (const image of client.export()) images.push(image);
    const text = await exportImages(images, format);
    if (out === undefined) write(text);
    else await writeOutput(out, text);
  },
);

addCommand(
  "forget <url>",
  "deletes all there is about an image or a page",
  { host: z.boolean().default(false).describe("all images of the URL's host, or of its bucket") },
  async ([url], { host, ...options }) => {
    const { client } = await connect(options, options.site);
    const wanted = host ? { host: hostOf(url) } : { url };
    let forgotten = 0;
    for (let more = true; more; ) {
      const answer = await client.forget(wanted);
      forgotten += answer.images;
      more = answer.more;
    }
    write(`${countOf(forgotten, "image")} forgotten.\n`);
  },
);

program
  .command("wipe-local")
  .description("deletes the local state of npm run site: database, captions and key")
  .action(async () => {
    write(`${await wipeLocalState()} is deleted.\n`);
  });

await runCommand(async () => {
  await program.parseAsync();
});
