import type { Reporter, TestCase, TestModule } from "vitest/node";

const NO_REASON = "no reason given";

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
  const skipped = [...module.children.allTests("skipped")];
  // Tests after a failed preparation are reported with its failure, and a user who selects tests by
  // their name knows that the others are not run.
  const known = module.state() === "failed" || module.project.vitest.config.testNamePattern;
  return known ? skipped.filter((test) => reasonOf(test) !== NO_REASON) : skipped;
}

function reasonOf(test: TestCase): string {
  const result = test.result();
  return (result.state === "skipped" ? result.note : undefined) ?? NO_REASON;
}
