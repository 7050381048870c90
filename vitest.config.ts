import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { Response } from "miniflare";
import { configDefaults, defineConfig } from "vitest/config";
import { answerAsCaptioner } from "./bench/soak/queue/answer-as-captioner.ts";
import { writeAssets } from "./node/assets.ts";

const IN_WORKERD = "tests/**/*.workerd.test.ts";
const OF_THE_SITE = "tests/site/**/*.workerd.test.ts";

export default defineConfig({
  test: {
    reporters: ["default", "./tests/support/not-covered.ts"],
    projects: [
      {
        test: {
          name: "node",
          include: ["tests/**/*.test.ts"],
          exclude: [...configDefaults.exclude, IN_WORKERD],
          // Threads cannot each load TensorFlow's native addon; processes can.
          pool: "forks",
          testTimeout: 30_000,
        },
      },
      {
        plugins: [
          cloudflareTest(async () => {
            // This plugin leaves out the build of wrangler.toml.
            await writeAssets();
            return { wrangler: { configPath: "./wrangler.toml" } };
          }),
        ],
        test: {
          name: "workerd",
          include: [IN_WORKERD],
          exclude: [...configDefaults.exclude, OF_THE_SITE],
          globalSetup: "tests/support/provide-images.ts",
          testTimeout: 30_000,
        },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: "./site/wrangler.toml" },
            miniflare: {
              bindings: { TEST_MIGRATIONS: await readD1Migrations("site/migrations") },
              r2Buckets: ["BUCKET_PHOTOS", "BUCKET_OLD_PHOTOS"],
              serviceBindings: {
                async CAPTIONER(request) {
                  const { body, ...init } = await answerAsCaptioner(request);
                  return new Response(body, init);
                },
              },
            },
          })),
        ],
        test: {
          name: "site",
          include: [OF_THE_SITE],
          globalSetup: "tests/support/site/provide-origin.ts",
          setupFiles: "tests/support/site/apply-migrations.ts",
          testTimeout: 30_000,
        },
      },
    ],
  },
});
