import { readdirSync, readFileSync } from "node:fs";

/** Nanoseconds a process has computed, all its living threads together. */
function cpuNanoseconds(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).reduce((sum, task) => {
    const [computed = "0"] = readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ");
    return sum + Number(computed);
  }, 0);
}

/**
 * Milliseconds of CPU that a process has used. Wall time lies where cores are shared, and clocks
 * inside of a Worker stand still on Cloudflare's network: the operating system's count does neither.
 */
export function cpuMilliseconds(pid: number): number {
  return cpuNanoseconds(pid) / 1e6;
}

/** Memory of a process that is in RAM now, in MiB. */
export function residentMebibytes(pid: number): number {
  return statusField(pid, "VmRSS");
}

/** The most memory that a process has had in RAM, in MiB. */
export function peakMebibytes(pid: number): number {
  return statusField(pid, "VmHWM");
}

function statusField(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`/proc/${pid}/status has no ${field}`);
  return Number(kibibytes) / 1024;
}

/** A process, as `/proc` names it. */
interface Process {
  readonly pid: number;
  readonly name: string;
  /** The process that started it. */
  readonly parent: number;
}

/** Processes of a name that this one has started itself, the youngest last. */
export function childrenNamed(name: string): number[] {
  return allProcesses()
    .filter((one) => one.name === name && one.parent === process.pid)
    .map(({ pid }) => pid)
    .toSorted((a, b) => a - b);
}

/** The processes that one has started, those that they have started, and so on. */
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
        return []; // It has ended meanwhile.
      }
    });
}

/** Whether the operating system keeps the counts that the bench reads. */
export function hasProcessCounts(): boolean {
  try {
    return cpuNanoseconds(process.pid) > 0;
  } catch {
    return false;
  }
}
