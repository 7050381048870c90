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

/** Processes of a name that this one has started itself, the youngest last. */
export function childrenNamed(name: string): number[] {
  const pids = readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);
  return pids.filter((pid) => isChild(pid, name)).toSorted((a, b) => a - b);
}

function isChild(pid: number, name: string): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [, command = "", parent = ""] = /^\d+ \((.*)\) \S (\d+)/.exec(stat) ?? [];
    return command === name && Number(parent) === process.pid;
  } catch {
    return false; // It has ended meanwhile.
  }
}

/** Whether the operating system keeps the counts that the bench reads. */
export function hasProcessCounts(): boolean {
  try {
    return cpuNanoseconds(process.pid) > 0;
  } catch {
    return false;
  }
}
