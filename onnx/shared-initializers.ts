import { z } from "zod";
import { UserError } from "../core/errors.ts";
import type { ModelProto } from "./schema/onnx_pb.ts";

/** The key of a model's metadata under which a converter notes what it stored once for several. */
const metadataKey = "shared_initializers";

const sharedSchema = z.array(
  z.object({
    /** A weight that has no initializer of its own. */
    name: z.string(),
    /** The initializer that stands for it. */
    of: z.string(),
    /** Whether the weight is that matrix transposed. */
    transposed: z.boolean(),
  }),
);

/** A weight that is stored under another's name. */
export type SharedInitializer = z.infer<typeof sharedSchema>[number];

/** As metadata of a model; nothing where nothing is shared. */
export function sharedMetadata(shared: readonly SharedInitializer[]): Record<string, string> {
  return shared.length === 0 ? {} : { [metadataKey]: JSON.stringify(shared) };
}

/**
 * What a model stores under other names, by name.
 *
 * @throws UserError `onnx_invalid` when the metadata is damaged.
 */
export function sharedInitializers(model: ModelProto): Map<string, SharedInitializer> {
  const value = model.metadataProps.find(({ key }) => key === metadataKey)?.value ?? "[]";
  try {
    return new Map(sharedSchema.parse(JSON.parse(value)).map((entry) => [entry.name, entry]));
  } catch (cause) {
    throw new UserError("onnx_invalid", `The model's metadata "${metadataKey}" is damaged.`, {
      cause,
    });
  }
}
