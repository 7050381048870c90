/**
 * A package in a lock file.
 *
 * @typedef {object} Entry
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [optional]
 * @property {string | string[]} [os]
 * @property {string | string[]} [cpu]
 * @property {string | string[]} [libc]
 * @typedef {{packages?: Record<string, Entry>}} Lock
 */

/**
 * Returns whether npm has installed the packages that the lock file lists for this platform.
 *
 * @param {Lock} lock The repository's lock file.
 * @param {Lock | undefined} hidden npm's record of what it installed (`node_modules/.package-lock.json`).
 * @param {{platform: string, arch: string}} machine
 * @returns {boolean}
 */
export function isInstalled(lock, hidden, machine) {
  const installed = hidden?.packages ?? {};
  return Object.entries(lock.packages ?? {}).every(([path, entry]) => {
    // The first entry, with an empty path, is the repository itself.
    if (path === "") return true;
    const found = installed[path];
    if (found === undefined) return isForeign(entry, machine);
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

/**
 * Lists the packages that npm installs on this platform, by their folders.
 *
 * @param {Lock} lock The repository's lock file.
 * @param {{platform: string, arch: string}} machine
 * @returns {string[]}
 */
export function packagesFor(lock, machine) {
  return Object.entries(lock.packages ?? {})
    .filter(([path, entry]) => path !== "" && !isForeign(entry, machine))
    .map(([path]) => path);
}

/**
 * Returns whether npm may leave out an optional package: one for another platform, or a dependency of one
 * (which names no platform).
 *
 * @param {Entry} entry
 * @param {{platform: string, arch: string}} machine
 */
function isForeign({ optional, os, cpu, libc }, { platform, arch }) {
  if (!optional) return false;
  if (libc !== undefined || (os === undefined && cpu === undefined)) return true;
  return !allows(os, platform) || !allows(cpu, arch);
}

/**
 * @param {string | string[] | undefined} list
 * @param {string} value
 */
function allows(list, value) {
  const names = list === undefined ? [] : [list].flat();
  if (names.includes(`!${value}`)) return false;
  const wanted = names.filter((name) => !name.startsWith("!"));
  return wanted.length === 0 || wanted.includes(value) || wanted.includes("any");
}
