/**
 * A package as a lock file lists it.
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
 * Whether what npm installed is what the lock file lists, for this platform.
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
 * Whether npm may have left an optional package out: one for another platform, or one that only such
 * a package needs (those have no platform of their own).
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
