import { execFile } from "node:child_process";
import { copyFile, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeEach, describe, expect, test } from "vitest";
import { checkAccount, readSecrets } from "../../cli/deploy/account.ts";
import { readArguments } from "../../cli/deploy/arguments.ts";
import { checkAssets } from "../../cli/deploy/assets.ts";
import { checkBuckets, findBuckets } from "../../cli/deploy/buckets.ts";
import { checkDeployment } from "../../cli/deploy/checks.ts";
import {
  costOfThousand,
  describeCosts,
  includedCaptions,
  MEASURED_CPU_MS,
} from "../../cli/deploy/costs.ts";
import { describe as describeFinding, type Finding } from "../../cli/deploy/finding.ts";
import { type Exposure, leftOpen } from "../../cli/deploy/left-open.ts";
import { judgeScript } from "../../cli/deploy/script.ts";
import { checkSiteVariables } from "../../cli/deploy/site.ts";
import { monthlyCost, PER_IMAGE } from "../../cli/deploy/site-costs.ts";
import { checkVariables } from "../../cli/deploy/variables.ts";
import type { Wrangler, WranglerOutput } from "../../cli/deploy/wrangler.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");

const lines = (findings: readonly Finding[]) => findings.map(describeFinding).join("");

describe("the bundle that is deployed", () => {
  let folder: string;

  beforeEach(async () => {
    folder = temporaryFolder();
    for (const name of await readdir("model")) {
      await copyFile(join("model", name), join(folder, name));
    }
  });

  test("is the one in model/", async () => {
    expect(lines(await checkAssets(folder))).toMatch(
      /^ok +The bundle of [a-z-]+ \d+\.\d+\.\d+ is complete.*\nok .* files have [\d.]+ MiB, [\d.]+ MiB compressed.*\(limit 25 MiB\)\.\n$/,
    );
  });

  test("is refused when a file is missing or does not match its hash", async () => {
    await writeFile(join(folder, "vocabulary.json"), "[]");
    await expect(checkAssets(folder)).rejects.toMatchObject({ code: "invalid_bundle" });
    await rm(join(folder, "vocabulary.json"));
    await expect(checkAssets(folder)).rejects.toMatchObject({
      code: "unreadable_file",
      message: expect.stringContaining("vocabulary.json"),
    });
  });
});

describe("the script that is deployed", () => {
  const MiB = 1 << 20;

  test.each([
    [
      { bytes: 17 * MiB, compressedBytes: 5 * MiB },
      /^ok .*17\.0 MiB, 5\.0 MiB compressed \(limit 64 MiB\)/,
    ],
    [{ bytes: 65 * MiB, compressedBytes: 9 * MiB }, /^fix .*65\.0 MiB.* \(limit 64 MiB\)/],
    [{ bytes: 60 * MiB, compressedBytes: 11 * MiB }, /^ok .*\nnote .*10 MB compressed/],
  ])("%j", (sizes, text) => {
    expect(lines(judgeScript(sizes))).toMatch(text);
  });
});

describe("the variables that are deployed", () => {
  test.each([
    [{ PRIVATE_HOSTS: "127.0.0.1:9000" }, "private_hosts"],
    [{ API_KEYS: "a-key-of-twenty-letters" }, "secret_in_variables"],
    [{ URL_KEYS: "a-key-of-twenty-letters" }, "secret_in_variables"],
    [{ MAX_BYTES: "much" }, "invalid_settings"],
    [{ MAX_BITES: "1000" }, "unknown_variable"],
  ])("%j is refused as %s", (variables, code) => {
    expect(() => checkVariables(variables)).toThrow(expect.objectContaining({ code }));
  });

  test.each([["--var"], ["--var=PRIVATE_HOSTS:127.0.0.1"], ["--keep-vars"]])(
    "come from wrangler.toml alone: %s is refused",
    (argument) => {
      expect(() => readArguments([argument])).toThrow(
        expect.objectContaining({ code: "unchecked_variables" }),
      );
    },
  );
});

test.each([
  [[], { environment: "production", dryRun: false, site: false, others: [] }],
  [["--site"], { environment: "production", dryRun: false, site: true, others: [] }],
  [
    ["--dry-run", "--tag", "v1"],
    { environment: "production", dryRun: true, site: false, others: ["--tag", "v1"] },
  ],
  [["--env", "staging"], { environment: "staging", dryRun: false, site: false, others: [] }],
  [
    ["--env=staging", "--dry-run"],
    { environment: "staging", dryRun: true, site: false, others: [] },
  ],
])("npm run deploy -- %j", (given, expected) => {
  expect(readArguments(given)).toEqual(expected);
});

describe("what strangers may do", () => {
  const exposed = (exposure: Partial<Exposure>, variables: Record<string, unknown> = {}) =>
    lines(leftOpen({ settings: checkVariables(variables), hasDomain: true, ...exposure }));
  const rateLimit = { limit: 60, period: 60 };

  test("is listed completely", () => {
    const all = exposed({ secrets: [], hasDomain: false }, { CORS_ORIGINS: "*", LOG_URLS: "true" });
    expect(all.split("\n").map((line) => line.split(/\s/)[0])).toEqual([
      "open",
      "open",
      "open",
      "open",
      "open",
      "note",
      "note",
      "",
    ]);
    expect(all).toMatch(
      /secret put API_KEYS.*\n.*RATE_LIMITER.*\n.*ALLOWED_HOSTS.*\n.*CORS_ORIGINS.*\n.*BROWSER.*\n.*LOG_URLS.*\n.*workers\.dev/,
    );
  });

  test("is an empty list with keys and restrictions", () => {
    const variables = { CORS_ORIGINS: "https://example.com", ALLOWED_HOSTS: "example.com" };
    for (const secret of ["API_KEYS", "URL_KEYS"]) {
      expect(exposed({ secrets: [secret], rateLimit }, variables)).toBe("");
    }
  });

  test("says which part is unknown without an account", () => {
    expect(exposed({ rateLimit }, { ALLOWED_HOSTS: "example.com" })).toMatch(
      /^note .*API_KEYS.*\n$/,
    );
  });

  test("must match: a wrong RATE_LIMIT_SECONDS is refused", () => {
    const text = exposed({ secrets: ["API_KEYS"], rateLimit }, { RATE_LIMIT_SECONDS: "10" });
    expect(text).toMatch(/^fix .*RATE_LIMIT_SECONDS is 10, but RATE_LIMITER counts for 60/);
  });
});

/** Stands in for wrangler, with a fixed output. */
function wranglerWith(output: Partial<WranglerOutput>): Wrangler {
  return async () => ({ status: 0, output: "", errors: "", ...output });
}

describe("the account", () => {
  const account = (output: unknown, id?: string) =>
    checkAccount(wranglerWith({ output: JSON.stringify(output) }), id).then(lines);
  const accounts = [
    { id: "1a", name: "Home" },
    { id: "2b", name: "Work" },
  ];

  test("must be logged in", async () => {
    expect(await account({ loggedIn: false })).toMatch(/^fix .*`npm run wrangler -- login`/);
  });

  test("must be named if there are several", async () => {
    const one = { loggedIn: true, email: "a@example.com", accounts: accounts.slice(0, 1) };
    expect(await account(one)).toBe("ok      You are logged in as a@example.com: account Home.\n");
    expect(await account({ loggedIn: true, accounts })).toMatch(
      /^fix .*CLOUDFLARE_ACCOUNT_ID to one of 1a \(Home\), 2b \(Work\)/,
    );
    expect(await account({ loggedIn: true, accounts }, "2b")).toMatch(/^ok .*Work/);
  });

  test("is reported as a problem if it cannot be checked", async () => {
    const errors = "\n✘ [ERROR] fetch failed\n\nmore";
    expect(lines(await checkAccount(wranglerWith({ status: 1, errors })))).toMatch(
      /^fix .*fetch failed/,
    );
  });

  test("has secrets, or none before the first deployment", async () => {
    const output = '[{"name":"API_KEYS","type":"secret_text"}]';
    const known = await readSecrets(wranglerWith({ output }), "production");
    expect([known.names, lines(known.findings)]).toEqual([
      ["API_KEYS"],
      "ok      The Worker has these secrets: API_KEYS.\n",
    ]);
    const errors = '✘ [ERROR] Worker "edge-caption" not found.';
    const none = await readSecrets(wranglerWith({ status: 1, errors }), "production");
    expect([none.names, lines(none.findings)]).toEqual([
      [],
      expect.stringMatching(/^note .*not found/),
    ]);
  });
});

describe("the costs", () => {
  test("are computed from the measured CPU time", () => {
    const { caption } = MEASURED_CPU_MS;
    expect(costOfThousand()).toBeCloseTo((caption * 0.02 + 0.3) / 1000, 10);
    expect(includedCaptions()).toBe(Math.floor(30_000_000 / caption));
    expect(lines(describeCosts())).toContain(`$${costOfThousand().toFixed(4)}`);
  });

  test("are those of the guide", async () => {
    const guide = await readFile(join(root, "docs/deployment.md"), "utf8");
    expect(guide).toContain(`| ${MEASURED_CPU_MS.caption} ms |`);
    expect(guide).toContain(`| ${MEASURED_CPU_MS.firstOfAnIsolate} ms |`);
    expect(guide).toContain(`$${costOfThousand().toFixed(4)}`);
  });
});

describe("the costs of a site", () => {
  test("are the plan alone for few images, and grow with what is beyond it", () => {
    expect(monthlyCost(1000)).toBe(5);
    expect(monthlyCost(100_000)).toBe(5);
    const images = 10_000_000;
    const beyond =
      (images * MEASURED_CPU_MS.caption - 30_000_000) * 0.02 +
      (images * PER_IMAGE.queueOperations - 1_000_000) * 0.4 +
      (images * PER_IMAGE.keysWritten - 1_000_000) * 5 +
      (images * PER_IMAGE.rowsWritten - 50_000_000) * 1;
    expect(monthlyCost(images)).toBeCloseTo(5 + beyond / 1_000_000, 6);
  });
});

test.each([
  [{ REVIEW_KEYS: "a-key-of-twenty-letters" }, "secret_in_variables"],
  [{ PREFIX: "no slash" }, "invalid_settings"],
  [{ IMAGE_HOST: "example.com" }, "unknown_variable"],
])("the site's variables %j are refused as %s", (variables, code) => {
  expect(() => checkSiteVariables(variables)).toThrow(expect.objectContaining({ code }));
});

describe("the buckets of a site", () => {
  const bucket = (name: string, binding: string) => ({ binding, bucket_name: name });
  const checked = (buckets: ReturnType<typeof bucket>[], PUBLIC_URLS = "") =>
    lines(checkBuckets({ r2_buckets: buckets, vars: { PUBLIC_URLS } }));

  test("are none without saying more", () => {
    expect(checked([])).toBe("");
  });

  test("are named, with the command by which they tell of new images", () => {
    const text = checked([bucket("my-photos", "BUCKET_MY_PHOTOS")], "my-photos=https://a.example/");
    expect(text).toMatch(/^note +Bound to the buckets my-photos\.$/m);
    expect(text).toContain(
      "r2 bucket notification create my-photos --event-type object-create object-delete --queue edge-caption-bucket-events",
    );
  });

  test("must be bound by their own names", () => {
    expect(checked([bucket("photos", "PHOTOS")])).toMatch(/^fix .*BUCKET_PHOTOS, not PHOTOS/m);
    expect(checked([], "photos=https://a.example/")).toMatch(/^fix .*PUBLIC_URLS names .*photos/m);
  });

  test("must be there", async () => {
    const r2_buckets = [bucket("photos", "BUCKET_PHOTOS")];
    const find = async (status: number) => {
      const found: Finding[] = [];
      for await (const one of findBuckets(wranglerWith({ status }), { r2_buckets }))
        found.push(one);
      return lines(found);
    };
    expect(await find(0)).toMatch(/^ok .*photos/);
    expect(await find(1)).toMatch(/^fix .*r2 bucket create photos/);
  });
});

describe("with an account", { timeout: 120_000 }, () => {
  /** Stands in for wrangler with a logged-in user; builds a script of the given size. */
  function wranglerOf({ secrets = [] as string[], scriptBytes = 1000, builds = true }): Wrangler {
    return async (...args) => {
      const said = { status: 0, output: "", errors: "" };
      if (args[0] === "whoami") {
        const accounts = [{ id: "1a", name: "Home" }];
        return { ...said, output: JSON.stringify({ loggedIn: true, accounts }) };
      }
      if (args[0] === "secret") {
        return { ...said, output: JSON.stringify(secrets.map((name) => ({ name }))) };
      }
      if (!builds) return { ...said, status: 1, errors: "" };
      const folder = args[args.indexOf("--outdir") + 1] ?? "";
      await writeFile(join(folder, "index.js"), new Uint8Array(scriptBytes));
      return said;
    };
  }

  async function check(wrangler: Wrangler, site = false): Promise<string> {
    const asked = { environment: "production", dryRun: false, site, others: [] };
    const found: Finding[] = [];
    for await (const finding of checkDeployment(asked, wrangler)) found.push(finding);
    return lines(found);
  }

  test("the repository passes all checks unchanged, once there are keys", async () => {
    const text = await check(wranglerOf({ secrets: ["API_KEYS"] }));
    expect(text).not.toMatch(/^fix/m);
    expect(text).toMatch(/^ok +You are logged in: account Home\.$/m);
    expect(text).toMatch(/^ok +The Worker has these secrets: API_KEYS\.$/m);
    expect(text).not.toContain("secret put");
    expect(await check(wranglerOf({}))).toMatch(/^open .*secret put API_KEYS/m);
  });

  test("with --site, checks both Workers, and lists what it creates for the second", async () => {
    const text = await check(wranglerOf({ secrets: ["API_KEYS"] }), true);
    expect(text).not.toMatch(/^fix/m);
    expect(text.match(/^ok +The script has/gm)).toHaveLength(2);
    expect(text).toMatch(
      /queues edge-caption-bucket-events, edge-caption-images, edge-caption-images-dead; database edge-caption-site/,
    );
    expect(text).toMatch(/^note .*no routes/m);
    expect(text).toMatch(/^open .*REVIEW_KEYS/m);
    expect(await check(wranglerOf({ secrets: ["REVIEW_KEYS"] }), true)).toMatch(
      /^ok .*has REVIEW_KEYS/m,
    );
  });

  test("a failed check does not hide the others", async () => {
    const tooLarge = await check(wranglerOf({ scriptBytes: 65 << 20 }));
    expect(tooLarge).toMatch(/^fix +The script has 65\.0 MiB/m);
    expect(tooLarge).toMatch(/^ok +The variables are valid\.$/m);
    const unbuilt = await check(wranglerOf({ builds: false }));
    expect(unbuilt).toMatch(/^fix +wrangler could not build the Worker/m);
    expect(unbuilt).toMatch(/^ok +You are logged in/m);
  });
});

/** Runs `npm run deploy -- ...` without a Cloudflare account. */
async function deploy(...args: string[]) {
  const home = temporaryFolder();
  const others = Object.entries(process.env).filter(([name]) => !/^(CLOUDFLARE|CF)_/.test(name));
  const env = { ...Object.fromEntries(others), HOME: home, XDG_CONFIG_HOME: home };
  const options = { cwd: root, env };
  const file = ["cli/deploy.ts", ...args];
  return run(process.execPath, file, options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) =>
      ({ code, stdout, stderr }) as { code: number; stdout: string; stderr: string },
  );
}

/** Returns the sizes in MiB in the first line that matches. */
function sizesIn(text: string, begin: RegExp): number[] {
  const [line = ""] = text.slice(text.search(begin)).split("\n");
  return [...line.matchAll(/([\d.]+) MiB(?:,| compressed)/g)].map(([, size]) => Number(size));
}

describe("without an account", () => {
  const leftovers = async () =>
    (await readdir(tmpdir())).filter((name) => name.startsWith("edge-caption-deploy-"));

  test("a dry run builds the Worker and makes all other checks", { timeout: 120_000 }, async () => {
    const before = await leftovers();
    const { code, stdout, stderr } = await deploy("--dry-run");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(
      /^ok +The script has [\d.]+ MiB, [\d.]+ MiB compressed \(limit 64 MiB\)\.$/m,
    );
    expect(stdout).toMatch(/^ok +The variables are valid\.$/m);
    expect(stdout).toMatch(/A dry run: the Worker was built, and not deployed\.\n$/);
    expect(stdout).not.toMatch(/^fix/m);
    const guide = await readFile(join(root, "docs/deployment.md"), "utf8");
    const [script, inGuide] = [
      sizesIn(stdout, /The script has/),
      sizesIn(guide, /^\| the script/m),
    ];
    expect(script).toHaveLength(2);
    for (const [index, size] of script.entries()) {
      expect(Math.abs((inGuide[index] ?? 0) / size - 1), "docs/deployment.md").toBeLessThan(0.1);
    }
    expect(await leftovers()).toEqual(before);
  });

  test("asks a new user to log in", { timeout: 120_000 }, async () => {
    const { code, stdout } = await deploy();
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^fix +You are not logged in to Cloudflare: run `npm run wrangler -- login`/m,
    );
    expect(stdout).toMatch(/Nothing was deployed: fix the problems above first\.\n$/);
  });

  test("an unknown environment is reported in one line", async () => {
    const { code, stdout, stderr } = await deploy("--env", "staging", "--dry-run");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /^error: wrangler\.toml: [^\n]*"staging"\. \[invalid_configuration\]\n$/,
    );
  });
});
