import { z } from "zod";
import { UserError } from "../core/errors.ts";
import type { ModelProto } from "./schema/onnx_pb.ts";

/** The metadata key under which the converter lists weights that share an initializer. */
const METADATA_KEY = "shared_initializers";

const sharedSchema = z.array(
  z.object({
    /** The weight, which has no initializer of its own. */
    name: z.string(),
    /** The initializer that holds it. */
    of: z.string(),
    /** Whether the weight is the transpose of that matrix. */
    transposed: z.boolean(),
  }),
);

/** A weight that is stored under the name of another one. */
export type SharedInitializer = z.infer<typeof sharedSchema>[number];

/** Returns shared weights as metadata; empty if there are none. */
export function sharedMetadata(shared: readonly SharedInitializer[]): Record<string, string> {
  return shared.length === 0 ? {} : { [METADATA_KEY]: JSON.stringify(shared) };
}

/**
 * Returns the shared weights of a model by name.
 *
 * @throws {UserError} `onnx_invalid` for damaged metadata.
 */
export function sharedInitializers(model: ModelProto): Map<string, SharedInitializer> {
  const value = model.metadataProps.find(({ key }) => key === METADATA_KEY)?.value ?? "[]";
  try {
    return new Map(sharedSchema.parse(JSON.parse(value)).map((entry) => [entry.name, entry]));
  } catch (cause) {
    throw new UserError("onnx_invalid", `The model's metadata "${METADATA_KEY}" is damaged.`, {
      cause,
    });
  }
}
