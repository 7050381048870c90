import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { configDefaults, defineConfig } from "vitest/config";

const IN_WORKERD = "tests/**/*.workerd.test.ts";

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
        plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.toml" } })],
        test: {
          name: "workerd",
          include: [IN_WORKERD],
          globalSetup: "tests/support/provide-images.ts",
          testTimeout: 30_000,
        },
      },
    ],
  },
});
