import { readdirSync, readFileSync } from "node:fs";

/** Returns the CPU time of a process's living threads, in nanoseconds. */
function cpuNanoseconds(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => sum + threadNanoseconds(pid, thread), 0);
}

/**
 * Returns the CPU time of a process in milliseconds, from the operating system: wall time is wrong where
 * cores are shared, and the clock inside a Worker may stand still.
 */
export function cpuMilliseconds(pid: number): number {
  return cpuNanoseconds(pid) / 1e6;
}

/** Returns the CPU time of a process's main thread in milliseconds. In workerd it runs the Worker. */
export function mainThreadMilliseconds(pid: number): number {
  return threadNanoseconds(pid, pid) / 1e6;
}

function threadNanoseconds(pid: number, thread: string | number): number {
  const [computed] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ");
  return Number(computed ?? 0);
}

/** Returns the resident memory of a process in MiB. */
export function residentMebibytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`/proc/${pid}/status has no VmRSS`);
  return Number(kibibytes) / 1024;
}

/** A process as listed in `/proc`. */
interface Process {
  readonly pid: number;
  readonly name: string;
  /** The id of the process that started it. */
  readonly parent: number;
}

/** Lists the children of a process, their children, and so on. */
export function descendantsOf(pid: number, all = allProcesses()): Process[] {
  const children = all.filter(({ parent }) => parent === pid);
  return children.flatMap((child) => [child, ...descendantsOf(child.pid, all)]);
}

function allProcesses(): Process[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      try {
        const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
        const [, name = "", parent = ""] = /^\d+ \((.*)\) \S (\d+)/.exec(stat) ?? [];
        return [{ pid: Number(entry), name, parent: Number(parent) }];
      } catch {
        return []; // The process has ended.
      }
    });
}

/** Tells whether the operating system has the counts that the bench reads. */
export function hasProcessCounts(): boolean {
  try {
    return cpuNanoseconds(process.pid) > 0;
  } catch {
    return false;
  }
}
