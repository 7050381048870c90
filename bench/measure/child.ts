import { fork } from "node:child_process";
import { CannotRun } from "../part.ts";

/** What a measuring process sends when it is done. */
type Message = { readonly result: unknown } | { readonly absent: string };

/**
 * Measures in a process of its own, so that one runtime's memory and threads are not another's.
 *
 * @param file - a module that calls {@link answer}.
 * @throws {@link CannotRun} where the process says that it cannot.
 */
export function measureApart<Result>(
  file: string,
  argument: unknown,
  flags: readonly string[] = [],
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = fork(file, [JSON.stringify(argument)], {
      execArgv: ["--disable-warning=ExperimentalWarning", ...flags],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let complaints = "";
    let answered = false;
    child.stderr?.on("data", (text) => {
      complaints += text;
    });
    child.on("message", (message: Message) => {
      answered = true;
      if ("absent" in message) reject(new CannotRun(message.absent));
      else resolve(message.result as Result);
    });
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      if (answered) return;
      const how = signal === null ? `ended with ${code}` : `was ended by ${signal}`;
      reject(new Error(`${file} ${how}: ${complaints.trim().slice(-500)}`));
    });
  });
}

/**
 * In the measuring process: measures with the argument that was handed over, and sends the result.
 */
export async function answer<Argument>(
  measure: (argument: Argument) => Promise<unknown>,
): Promise<void> {
  const argument = JSON.parse(process.argv[2] ?? "null") as Argument;
  try {
    send({ result: await measure(argument) });
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    send({ absent: error.message });
  }
}

function send(message: Message): void {
  process.send?.(message, () => process.exit(0));
}
