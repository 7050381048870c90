import { preparationSchema } from "../../core/image/prepare.ts";

/** A picture as it is handed from Node into workerd: as JSON. */
export interface ProvidedPicture {
  readonly name: string;
  readonly file: readonly number[];
  /** What training makes of it: `[32, 32, 3]`. */
  readonly tensor: readonly number[];
  /** How far two decoders may be apart. */
  readonly tolerance: number;
}

export const PREPARATION = preparationSchema.parse({ height: 32, width: 32 });

declare module "vitest" {
  interface ProvidedContext {
    pictures: ProvidedPicture[];
  }
}
