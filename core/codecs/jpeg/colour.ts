/** The colour space of the components of a JPEG. */
export type ColourModel = "grey" | "rgb" | "ycc" | "cmyk" | "ycck";

/** What the application segments say about colour. */
export interface ColourHints {
  /** Adobe's transform: 0 for none, 1 for YCbCr, 2 for YCCK; undefined without its segment. */
  adobe?: number;
  jfif: boolean;
}

/**
 * Determines the colour space of an image, by the same rules as libjpeg.
 *
 * @param ids - the identifiers of the components
 */
export function colourModel(ids: readonly number[], { adobe, jfif }: ColourHints): ColourModel {
  if (ids.length === 1) return "grey";
  if (ids.length === 4) return adobe === 2 ? "ycck" : "cmyk";
  if (jfif) return "ycc";
  if (adobe !== undefined) return adobe === 0 ? "rgb" : "ycc";
  return String.fromCharCode(...ids) === "RGB" ? "rgb" : "ycc";
}

/**
 * Converts samples to red, green and blue in place; leaves grey unchanged.
 *
 * CMYK is converted without a profile: each ink takes away its share of the light. Files store the
 * share that is left, as Adobe's programs do and all others expect.
 *
 * @param samples - `[width, channels of the model]`, 0 to 255; RGB is written to the first three
 */
export function toRgb(samples: Float32Array, model: ColourModel): void {
  if (model === "ycc") yccToRgb(samples, 3);
  if (model === "ycck") {
    yccToRgb(samples, 4);
    for (let i = 0; i < samples.length; i += 4) {
      for (let c = 0; c < 3; c++) samples[i + c] = 255 - (samples[i + c] ?? 0);
    }
  }
  if (model === "ycck" || model === "cmyk") inkToRgb(samples);
}

/** Converts JFIF's YCbCr (ITU-T T.871), clamped but not rounded. */
function yccToRgb(samples: Float32Array, channels: number): void {
  for (let i = 0; i < samples.length; i += channels) {
    const y = samples[i] ?? 0;
    const blue = (samples[i + 1] ?? 0) - 128;
    const red = (samples[i + 2] ?? 0) - 128;
    samples[i] = clamp(y + 1.402 * red);
    samples[i + 1] = clamp(y - 0.344136286 * blue - 0.714136286 * red);
    samples[i + 2] = clamp(y + 1.772 * blue);
  }
}

function inkToRgb(samples: Float32Array): void {
  for (let i = 0; i < samples.length; i += 4) {
    const light = (samples[i + 3] ?? 0) / 255;
    for (let c = 0; c < 3; c++) samples[i + c] = (samples[i + c] ?? 0) * light;
  }
}

function clamp(sample: number): number {
  return Math.max(0, Math.min(sample, 255));
}
