import { IMAGE_KINDS, imagesOfAllKinds } from "../../bench/soak/images/kinds.ts";
import { channelsOf, ownJpeg } from "./jpeg.ts";
import { noisePicture, softPicture } from "./pictures.ts";

const soft = softPicture(48, 36);
const RESTART_MARKERS = "jpeg with restart markers";

/** The kinds that sharp writes, and a JPEG that it does not. */
export const PICTURE_KINDS = [...IMAGE_KINDS, RESTART_MARKERS];

/** Makes a small file of each of {@link PICTURE_KINDS}. */
export async function picturesOfAllKinds(): Promise<Map<string, Uint8Array>> {
  const files = await imagesOfAllKinds({
    opaque: soft,
    transparent: noisePicture(24, 20, 4),
    frames: noisePicture(16, 32, 4),
    frameHeight: 16,
  });
  const { width, height } = soft;
  const jpeg = ownJpeg({ width, height, components: channelsOf(soft), restartInterval: 3 });
  return files.set(RESTART_MARKERS, jpeg);
}
