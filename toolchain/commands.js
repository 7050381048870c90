/**
 * What each npm script starts.
 *
 * @typedef {"required" | "wanted" | "if ready" | "unused"} TensorFlowUse How a command uses the native
 *   library. `required`: it is prepared first, and its absence is an error. `wanted`: it is prepared
 *   first if possible. `if ready`: it is used if it was prepared before. `unused`: it is never loaded.
 * @typedef {object} Command
 * @property {TensorFlowUse} tensorflow
 * @property {string[][]} steps Files of the repository for Node, each with its first arguments; the
 *   user's arguments follow.
 */

/** @type {ReadonlyMap<string, Command>} */
export const COMMANDS = new Map([
  ["start", { tensorflow: "unused", steps: [["cli/start.ts"]] }],
  ["site", { tensorflow: "unused", steps: [["cli/site.ts"]] }],
  ["alt", { tensorflow: "unused", steps: [["cli/alt.ts"]] }],
  ["deploy", { tensorflow: "unused", steps: [["cli/deploy.ts"]] }],
  ["smoke", { tensorflow: "unused", steps: [["cli/smoke.ts"]] }],
  ["assets", { tensorflow: "unused", steps: [["cli/assets.ts"]] }],
  ["wrangler", { tensorflow: "unused", steps: [["node_modules/wrangler/bin/wrangler.js"]] }],
  ["caption", { tensorflow: "unused", steps: [["cli/caption.ts"]] }],
  ["score", { tensorflow: "unused", steps: [["cli/score.ts"]] }],
  ["load", { tensorflow: "unused", steps: [["cli/load.ts"]] }],
  ["siege", { tensorflow: "unused", steps: [["cli/siege.ts"]] }],
  ["soak", { tensorflow: "unused", steps: [["cli/soak.ts"]] }],
  ["evaluate", { tensorflow: "if ready", steps: [["cli/evaluate.ts"]] }],
  ["calibrate", { tensorflow: "unused", steps: [["cli/calibrate.ts"]] }],
  ["bench", { tensorflow: "if ready", steps: [["cli/bench.ts"]] }],
  ["convert", { tensorflow: "if ready", steps: [["cli/convert.ts"]] }],
  ["train", { tensorflow: "wanted", steps: [["cli/train.ts"]] }],
  ["inspect", { tensorflow: "unused", steps: [["cli/inspect.ts"]] }],
  ["ablate", { tensorflow: "wanted", steps: [["cli/ablate.ts"]] }],
  ["compare", { tensorflow: "unused", steps: [["cli/compare.ts"]] }],
  ["docs", { tensorflow: "unused", steps: [["cli/docs.ts"]] }],
  ["warm-up", { tensorflow: "unused", steps: [["cli/warm-up.ts"]] }],
  ["report", { tensorflow: "if ready", steps: [["cli/report.ts"]] }],
  ["test", { tensorflow: "wanted", steps: [["node_modules/vitest/vitest.mjs", "run"]] }],
  [
    "check",
    {
      tensorflow: "unused",
      steps: [
        ["node_modules/typescript/bin/tsc", "--build"],
        ["node_modules/@biomejs/biome/bin/biome", "check"],
        ["cli/check-docs.ts"],
      ],
    },
  ],
  [
    "build",
    {
      tensorflow: "unused",
      steps: [
        ["toolchain/clear-dist.js"],
        ["node_modules/typescript/bin/tsc", "--project", "tsconfig.build.json"],
      ],
    },
  ],
  ["tensorflow", { tensorflow: "required", steps: [["toolchain/tensorflow/report.js"]] }],
]);
