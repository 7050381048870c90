import { relative, sep } from "node:path";
import { API } from "typescript/unstable/sync";
import { exportsOf } from "./exports.ts";
import { missingDocs } from "./rules.ts";

/** Something that the documentation of a file lacks. */
export interface Finding {
  /** The file's path from the root of the repository, with slashes. */
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/**
 * Checks the documentation of all exported functions and classes of TypeScript projects.
 *
 * @param root - the folder that paths are relative to
 * @param projects - the projects' configuration files, relative to `root`
 */
export function checkDocs(root: string, projects: readonly string[]): Finding[] {
  const api = new API({ cwd: root });
  try {
    const snapshot = api.updateSnapshot({ openProjects: [...projects] });
    const findings = new Map<string, Finding[]>();
    for (const { program } of snapshot.getProjects()) {
      for (const name of program.getSourceFileNames()) {
        const path = relative(root, name).replaceAll(sep, "/");
        const isOurs = !path.startsWith("..") && !/(?:^|\/)(?:node_modules|dist)\//.test(path);
        if (!isOurs || findings.has(path) || !/(?<!\.d)\.ts$/.test(path)) continue;
        const file = program.getSourceFile(name);
        const found = (file ? exportsOf(file) : []).flatMap((exported) =>
          missingDocs(exported).map((message) => ({ path, line: exported.line, message })),
        );
        findings.set(path, found);
      }
    }
    return [...findings.values()].flat();
  } finally {
    api.close();
  }
}
