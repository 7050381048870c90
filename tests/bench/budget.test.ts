import { describe, expect, test } from "vitest";
import { countAll, overBudget, readBudget } from "../../bench/counts/index.ts";
import { releasedModel } from "../../node/released-model.ts";

describe("the budget", () => {
  test("holds: sizes, memory, nodes, multiply-adds and calls of ONNX Runtime", async () => {
    expect(overBudget(await countAll(releasedModel), await readBudget())).toEqual([]);
  }, 120_000);

  test("names the count that grew, its old and new value, and how to accept it", async () => {
    const budget = await readBudget();
    const grown = { ...budget, encoderNodes: budget.encoderNodes + 1000 };
    const [sentence, ...others] = overBudget(grown, budget);
    expect(others).toEqual([]);
    expect(sentence).toContain(
      `ONNX nodes of the encoder: ${(budget.encoderNodes + 1000).toLocaleString("en")}`,
    );
    expect(sentence).toContain(`the budget is ${budget.encoderNodes}.`);
    expect(sentence).toContain("npm run bench -- --accept");
  });

  test("allows smaller counts", async () => {
    const budget = await readBudget();
    expect(overBudget({ ...budget, heapBytes: budget.heapBytes - 1 }, budget)).toEqual([]);
  });
});
