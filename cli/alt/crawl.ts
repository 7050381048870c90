import { CaptionError, type SeenPageAnswer, type SiteClient } from "../../client/index.ts";
import { type ProgressBar, startProgress } from "../../node/cli/progress.ts";

/** Pages visited simultaneously. More could burden the site. */
const SIMULTANEOUS_PAGES = 2;

/** How many pages are visited between two lines of progress: the total is not known. */
const PAGES_PER_LINE = 50;

/** What a crawl, or a list of pages, has found. */
export interface Findings {
  readonly pages: number;
  /** URLs of pages that did not answer with status 200, and those statuses. */
  readonly broken: readonly { readonly url: string; readonly reason: string }[];
  readonly images: number;
  /** Keys of the different images without alternative text, which may be filled in. */
  readonly missing: ReadonlySet<string>;
  /** Keys of those that are only listed for review. */
  readonly listed: ReadonlySet<string>;
  /** Images that were not known before. */
  readonly added: number;
  /** Whether there are more pages than the limit. */
  readonly isCut: boolean;
}

interface CrawlOptions {
  readonly dryRun: boolean;
  /** The most pages. */
  readonly limit: number;
  /** Whether links are followed. */
  readonly follow: boolean;
}

/** Has the Worker visit pages, and the pages that they link to. */
export async function crawl(
  client: SiteClient,
  start: readonly string[],
  { dryRun, limit, follow }: CrawlOptions,
): Promise<Findings> {
  const known = new Set(start.map(withoutFragment));
  const waiting = [...known];
  const broken: { url: string; reason: string }[] = [];
  const missing = new Set<string>();
  const listed = new Set<string>();
  let [pages, images, added] = [0, 0, 0];
  const progress = follow
    ? growingProgress()
    : startProgress("Looking at", Math.min(known.size, limit), "pages");

  const take = (page: SeenPageAnswer, url: string) => {
    images += page.images;
    added += page.added;
    if (page.status >= 400) broken.push({ url, reason: `status ${page.status}` });
    for (const { key, place } of page.missing) (place === "img" ? missing : listed).add(key);
    // A redirect leads to another page, which is visited later.
    const links = follow || page.status >= 300 ? page.links : [];
    for (const link of links.filter((candidate) => !known.has(candidate))) {
      known.add(link);
      waiting.push(link);
    }
  };

  while (waiting.length > 0 && pages < limit) {
    const next = waiting.splice(0, Math.min(SIMULTANEOUS_PAGES, limit - pages));
    const answers = next.map((url) => client.lookAtPage(url, { dryRun }));
    for (const [index, answer] of (await Promise.allSettled(answers)).entries()) {
      const url = next[index] ?? "";
      if (answer.status === "fulfilled") take(answer.value, url);
      else broken.push({ url, reason: reasonOf(answer.reason) });
    }
    pages += next.length;
    progress.update(pages, `${missing.size} images lack a text`);
  }
  progress.stop();
  return { pages, images, added, broken, missing, listed, isCut: waiting.length > 0 };
}

/** Shows the progress of work whose total grows while it is done. */
function growingProgress(): ProgressBar {
  let next = PAGES_PER_LINE;
  return {
    update(done, note = "") {
      if (done < next) return;
      next += PAGES_PER_LINE;
      process.stderr.write(`${done} pages visited, ${note}\n`);
    },
    stop() {},
  };
}

/**
 * Returns why a visit failed.
 *
 * @throws {unknown} an error that concerns all pages, which ends the crawl.
 */
function reasonOf(error: unknown): string {
  if (error instanceof CaptionError && OF_ONE_PAGE.includes(error.code)) return error.message;
  throw error;
}

const OF_ONE_PAGE: readonly string[] = ["unreachable", "host_not_allowed", "internal_error"];

function withoutFragment(url: string): string {
  const parsed = new URL(url);
  parsed.hash = "";
  return parsed.href;
}
