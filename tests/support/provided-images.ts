import { preparationSchema } from "../../core/image/prepare.ts";

/** An image as Node passes it to workerd: as JSON. */
export interface ProvidedImage {
  readonly name: string;
  readonly file: readonly number[];
  /** The tensor that training makes of it, `[32, 32, 3]`. */
  readonly tensor: readonly number[];
  /** The largest allowed difference between two decoders. */
  readonly tolerance: number;
}

export const PREPARATION = preparationSchema.parse({ height: 32, width: 32 });

declare module "vitest" {
  interface ProvidedContext {
    images: ProvidedImage[];
  }
}
