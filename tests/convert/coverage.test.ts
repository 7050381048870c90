import { access, readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { LAYER_HANDLERS } from "../../convert/layers/index.ts";
import { tf } from "../support/tensorflow.ts";

interface Row {
  className: string;
  options: string;
  tests: string[];
}

const document = await readFile(new URL("../../docs/converter.md", import.meta.url), "utf8");

/** The table "Every class and option". */
const rows: Row[] = (document.split("## Every class and option")[1] ?? "")
  .split("\n")
  .flatMap((line) => {
    const cells = /^\| ([A-Z]\w+) \| (.+) \| (.+) \|$/.exec(line);
    if (cells === null) return [];
    const [, className = "", options = "", tests = ""] = cells;
    return [
      { className, options, tests: [...tests.matchAll(/`([^`]+)`/g)].map(([, path = ""]) => path) },
    ];
  });

/** Returns the layer classes that tfjs registers. */
function registeredLayers(): string[] {
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  return Object.entries(classNameMap)
    .filter(([name, [registered]]) => {
      const isOurs = /^(ResetAfter|Kept|Causal|Dilated|HalfPixel|Keras)/.test(name);
      return registered.prototype instanceof tf.layers.Layer && !isOurs;
    })
    .map(([name]) => name);
}

/** Classes that are converted, with models and cells, which have no handlers. */
const converted = new Set([
  "InputLayer",
  "Model",
  "Functional",
  "Sequential",
  "SimpleRNNCell",
  "GRUCell",
  "LSTMCell",
  "StackedRNNCells",
  "ConvLSTM2DCell",
  ...Object.keys(LAYER_HANDLERS),
]);

describe("the table of classes", () => {
  test("has every layer class of TensorFlow.js, and no other", () => {
    const registered = registeredLayers();
    expect(registered.length).toBe(69);
    expect(rows.map(({ className }) => className).toSorted()).toEqual(registered.toSorted());
  });

  test("marks exactly the refused classes as refused", () => {
    const refused = rows.filter(({ options }) => options.startsWith("refused"));
    const unknown = rows.filter(({ className }) => !converted.has(className));
    expect(refused).toEqual(unknown);
    expect(rows.length - refused.length).toBeGreaterThanOrEqual(62);
  });

  test.each(rows)("$className has tests that name it", async ({ className, tests }) => {
    expect(tests.length).toBeGreaterThan(0);
    for (const path of tests) await access(new URL(path, import.meta.url));
    const texts = await Promise.all(
      tests.map((path) => readFile(new URL(path, import.meta.url), "utf8")),
    );
    expect(texts.join("\n").toLowerCase()).toContain(spelling(className));
  });
});

/** Returns how tests call a class: the function of `tf.layers`, or a phrase. */
function spelling(className: string): string {
  const other: Record<string, string> = {
    InputLayer: "tf.input",
    Model: "tf.model",
    Functional: "functional",
    StackedRNNCells: "cells on top of one another",
    ConvLSTM2DCell: "convlstm2d",
    GlobalMaxPooling1D: "globalmaxpooling1d",
  };
  return (other[className] ?? className).toLowerCase();
}
