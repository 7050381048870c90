import { IMAGE_KINDS, imagesOfAllKinds } from "../../bench/soak/images/kinds.ts";
import { noiseImage, softImage } from "./images.ts";
import { channelsOf, ownJpeg } from "./jpeg.ts";

const soft = softImage(48, 36);
const RESTART_MARKERS = "jpeg with restart markers";

/** The kinds that sharp writes, and a JPEG that it does not. */
export const ALL_IMAGE_KINDS = [...IMAGE_KINDS, RESTART_MARKERS];

/** Makes a small file of each of {@link ALL_IMAGE_KINDS}. */
export async function filesOfAllKinds(): Promise<Map<string, Uint8Array>> {
  const files = await imagesOfAllKinds({
    opaque: soft,
    transparent: noiseImage(24, 20, 4),
    frames: noiseImage(16, 32, 4),
    frameHeight: 16,
  });
  const { width, height } = soft;
  const jpeg = ownJpeg({ width, height, components: channelsOf(soft), restartInterval: 3 });
  return files.set(RESTART_MARKERS, jpeg);
}
