import { describe, expect, test } from "vitest";
import { countAll, overBudget, readBudget } from "../../bench/counts/index.ts";
import { releasedModel } from "../../node/bundle.ts";

describe("the budget", () => {
  test("is kept: sizes, memory, nodes, multiply-adds and calls of ONNX Runtime", async () => {
    expect(overBudget(await countAll(releasedModel), await readBudget())).toEqual([]);
  }, 120_000);

  test("says what grew, from where to where, and how to accept it", async () => {
    const budget = await readBudget();
    const grown = { ...budget, encoderNodes: budget.encoderNodes + 1000 };
    const [sentence, ...others] = overBudget(grown, budget);
    expect(others).toEqual([]);
    expect(sentence).toContain(
      `ONNX nodes of the encoder: ${(budget.encoderNodes + 1000).toLocaleString("en")}`,
    );
    expect(sentence).toContain(`${budget.encoderNodes} are budgeted`);
    expect(sentence).toContain("npm run bench -- --accept");
  });

  test("allows less", async () => {
    const budget = await readBudget();
    expect(overBudget({ ...budget, heapBytes: budget.heapBytes - 1 }, budget)).toEqual([]);
  });
});
