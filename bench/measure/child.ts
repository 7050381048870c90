import { fork } from "node:child_process";
import { CannotRun } from "../part.ts";

/** The message that a measuring process sends at its end. */
type Message = { readonly result: unknown } | { readonly absent: string };

/**
 * Measures in a separate process, so that runtimes do not share memory or threads.
 *
 * @param file - a module that calls {@link answer}.
 * @throws {CannotRun} when the process cannot measure.
 * @throws {Error} when the process ends without a result; the message has the end of its output.
 */
export function measureApart<Result>(file: string, argument: unknown): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = fork(file, [JSON.stringify(argument)], {
      execArgv: ["--disable-warning=ExperimentalWarning"],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let output = "";
    let answered = false;
    child.stderr?.on("data", (text) => {
      output += text;
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
      reject(new Error(`${file} ${how}: ${output.trim().slice(-500)}`));
    });
  });
}

/**
 * Measures with the argument of {@link measureApart}, and sends the result to it.
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
