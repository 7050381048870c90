import { manifestSchema } from "../core/bundle/manifest.ts";

/** `network.json`: the fields of a bundle's manifest that training decides. */
export const runNetworkSchema = manifestSchema.pick({
  network: true,
  preparation: true,
  maximumLength: true,
  ngramBlocking: true,
  defaultStyle: true,
});
