import type { Reporter, TestCase, TestModule } from "vitest/node";

/**
 * Ends a test run with a line for each reason why tests were not run: nothing is skipped silently.
 */
export default class NotCovered implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const reasons = Map.groupBy(modules.flatMap(skippedTests), reasonOf);
    for (const [reason, tests] of reasons) {
      const files = [...new Set(tests.map((test) => test.module.relativeModuleId))];
      const count = `${tests.length} ${tests.length === 1 ? "test" : "tests"}`;
      process.stdout.write(`Not covered (${reason}): ${count} of ${files.join(", ")}\n`);
    }
  }
}

function skippedTests(module: TestModule): TestCase[] {
  return [...module.children.allTests("skipped")];
}

function reasonOf(test: TestCase): string {
  const result = test.result();
  return (result.state === "skipped" ? result.note : undefined) ?? "no reason given";
}
