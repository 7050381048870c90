import type { LayerHandler } from "./handler.ts";
import { part } from "./recurrent/cells.ts";

/** Merges the steps into the batch, so that the inner layer runs on all of them at once. */
const timeDistributed: LayerHandler = (context) => {
  const { onnx, x } = context;
  const [batch = 1, time = 1, ...rest] = x.shape;
  const merged = onnx.reshape(x, [-1, ...rest]);
  const { outputs } = context.apply(part(context.layer, "layer"), [merged]);
  const [output] = outputs;
  if (output === undefined || outputs.length > 1) {
    return context.refuse("layer", "gives more than one output");
  }
  return onnx.reshape(output, [batch, time, ...output.shape.slice(1)], [x, output]);
};

export const wrapperLayers = { TimeDistributed: timeDistributed };
