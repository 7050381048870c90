import { type LayerHandler, withConfig } from "../handler.ts";
import { bidirectional } from "./bidirectional.ts";
import { recurrentConfig, runLayer } from "./run-layer.ts";

const recurrent: LayerHandler = withConfig(recurrentConfig, (context) => {
  const { output, states, config } = runLayer(context, context.layer, context.inputs.slice(1));
  const mask = config.returnSequences ? context.masks[0] : undefined;
  return config.returnState
    ? { outputs: [output, ...states], masks: [mask, ...states.map(() => undefined)] }
    : { outputs: [output], masks: [mask] };
});

export const recurrentLayers = {
  RNN: recurrent,
  SimpleRNN: recurrent,
  GRU: recurrent,
  ResetAfterGRU: recurrent,
  LSTM: recurrent,
  ConvLSTM2D: recurrent,
  Bidirectional: bidirectional,
};
