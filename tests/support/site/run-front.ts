import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const root = join(import.meta.dirname, "../../..");

/** The visitor's side of the site's Worker, on local KV, D1 and queue. */
export interface RunningFront extends AsyncDisposable {
  readonly url: string;
  /** Publishes a text for every image that the visited pages lack one of. */
  publish(text: string): Promise<void>;
}

/**
 * Runs the visitor's side in front of an origin. Its queue has no consumer, so that nothing happens
 * to captions but what a test does.
 */
export async function runFront(origin: string): Promise<RunningFront> {
  const bundle = await build({
    entryPoints: [join(import.meta.dirname, "front-worker.ts")],
    bundle: true,
    format: "esm",
    write: false,
  });
  const config = await readFile(join(root, "site/wrangler.toml"), "utf8");
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: bundle.outputFiles[0]?.text ?? "",
      compatibilityDate: /^compatibility_date = "(.*)"/m.exec(config)?.[1] ?? "",
      kvNamespaces: ["PAGES"],
      d1Databases: ["DB"],
      queueProducers: { IMAGES: "edge-caption-images" },
      bindings: { ORIGIN: origin },
    }),
  );
  const url = (await miniflare.ready).origin;
  const db = await miniflare.getD1Database("DB");
  const migrations = globSync("site/migrations/*.sql", { cwd: root }).sort();
  for (const file of migrations) {
    const statements = statementsOf(await readFile(join(root, file), "utf8"));
    await db.batch(statements.map((statement) => db.prepare(statement)));
  }
  const pages = await miniflare.getKVNamespace("PAGES");
  return {
    url,
    async publish(text) {
      for (const { name } of (await pages.list({ prefix: "page:" })).keys) {
        const { images }: { images: string[] } = JSON.parse(String(await pages.get(name)));
        await Promise.all(images.map((key) => pages.put(`image:${key}`, text)));
      }
    },
    [Symbol.asyncDispose]: () => miniflare.dispose(),
  };
}

/** Splits a migration, none of whose texts has a semicolon. */
function statementsOf(migration: string): string[] {
  const statements = migration.replaceAll(/^\s*--.*$/gm, "").split(";");
  return statements.filter((statement) => statement.trim() !== "");
}
