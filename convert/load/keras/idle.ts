import type { Json } from "../json.ts";

/** Layers of Keras that tfjs lacks and that do nothing in inference. */
const IDLE =
  /^(Identity|ActivityRegularization|SpatialDropout[23]D|Random(Flip|Rotation|Translation|Zoom|Shear|Height|Width|Brightness|Contrast|Hue|Saturation|Sharpness|ColorJitter|ColorDegeneration|Grayscale|Posterization|Invert|Erasing|GaussianBlur|Perspective|ElasticTransform)|MixUp|CutMix|AugMix|RandAugment)$/;

/** Returns whether layers of a class do nothing in inference, and are unknown to tfjs. */
export function isIdle(className: string): boolean {
  return IDLE.test(className);
}

/** Names of the input shape in the first layer of a Sequential. */
const INPUT_OPTIONS = ["batch_input_shape", "input_shape"];

/** Returns a layer that passes its input and mask on. */
export function idleLayer(config: Json): { className: string; config: Json } {
  const input = INPUT_OPTIONS.filter((key) => key in config).map((key) => [key, config[key]]);
  const shape = "batch_shape" in config ? { batch_input_shape: config.batch_shape } : {};
  return {
    className: "Activation",
    config: { name: config.name, activation: "linear", ...shape, ...Object.fromEntries(input) },
  };
}
