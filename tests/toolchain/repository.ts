import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** A command that prints its arguments, and exits or waits as they tell it to. */
const COMMAND = `
const args: string[] = process.argv.slice(2);
if (args[0] === "die") process.kill(process.pid, "SIGKILL");
if (args[0] === "exit") process.exitCode = Number(args[1]);
if (args[0] === "wait") {
  process.on("SIGTERM", () => process.exit(42));
  setTimeout(() => {}, 20_000);
}
console.log(JSON.stringify({ args, node: process.version }));
`;

/** Stands in for npm: unpacks a package, writes npm's record, and counts its calls. */
const NPM = `
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
appendFileSync("npm-calls", process.argv.slice(2).join(" ") + "\\n");
if (existsSync("npm-fails")) process.exit(7);
mkdirSync("node_modules/one", { recursive: true });
writeFileSync("node_modules/one/package.json", "{}");
writeFileSync("node_modules/.package-lock.json", readFileSync("package-lock.json"));
`;

/** The result of the launcher. */
interface Outcome {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A small repository with this one's launcher, a stand-in for npm, and no packages. */
export class Repository {
  readonly folder = temporaryFolder();

  constructor() {
    cpSync("toolchain", join(this.folder, "toolchain"), { recursive: true });
    this.write("package.json", '{"type": "module"}');
    this.lock({ "node_modules/one": { version: "1.0.0" } });
    this.write("cli/start.ts", COMMAND);
    this.write("cli/train.ts", COMMAND);
    this.write("npm/bin/npm-cli.js", NPM);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  /** Writes the lock file. */
  lock(packages: Record<string, object>): void {
    this.write("package-lock.json", JSON.stringify({ packages: { "": {}, ...packages } }));
  }

  read(path: string): string {
    const full = join(this.folder, path);
    return existsSync(full) ? readFileSync(full, "utf8") : "";
  }

  /** How often npm was called. */
  get installations(): number {
    return this.read("npm-calls").split("\n").length - 1;
  }

  /** Starts the launcher and waits for its end. */
  async run(args: string[], options: RunOptions = {}): Promise<Outcome> {
    const child = this.start(args, options);
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk) => {
      output.stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      output.stderr += chunk;
    });
    return new Promise((resolve) => {
      child.once("close", (status, signal) => resolve({ status, signal, ...output }));
    });
  }

  /** Starts the launcher. */
  start(args: string[], { environment = {}, launcher = "toolchain/run.js" }: RunOptions = {}) {
    return spawn(process.execPath, [join(this.folder, launcher), ...args], {
      cwd: this.folder,
      // Without the machine's npm, Python and cache.
      env: {
        PATH: "/nonexistent/bin",
        HOME: this.folder,
        EDGE_CAPTION_CACHE: join(this.folder, "cache"),
        npm_execpath: join(this.folder, "npm/bin/npm-cli.js"),
        ...environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }
}

interface RunOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** Another file to start instead. */
  readonly launcher?: string;
}
