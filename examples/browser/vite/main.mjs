import { CaptionerError, createCaptioner } from "edge-caption/browser";

/** The service that `npm start` runs; VITE_CAPTIONS names another. */
const service = import.meta.env.VITE_CAPTIONS ?? "http://localhost:8787";

const progress = document.querySelector("progress");
const list = document.querySelector("ul");

const captioner = await createCaptioner({
  model: `${service}/model/`,
  onProgress({ loadedBytes, totalBytes }) {
    progress.hidden = loadedBytes === totalBytes;
    progress.max = totalBytes;
    progress.value = loadedBytes;
  },
});

document.querySelector("input").addEventListener("change", async ({ target }) => {
  for (const file of target.files) {
    const item = document.createElement("li");
    list.append(item);
    item.textContent = `${file.name}: ${await textFor(file)}`;
  }
});

/** Returns text for an `alt` attribute, or says why there is none. */
async function textFor(file) {
  try {
    const { caption } = await captioner.caption(file, { max_characters: 125, min_confidence: 0.1 });
    return caption ?? "(not sure enough)";
  } catch (error) {
    if (error instanceof CaptionerError) return `(${error.code}) ${error.message}`;
    throw error;
  }
}
