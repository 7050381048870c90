// The demo page. Plain JavaScript, type-checked through JSDoc: the Worker serves it unchanged.

import { batchAsCsv, batchAsText, captionBatch, hideBatch } from "./batch.js";
import { element } from "./elements.js";
import { captionHere, isHere, onChoice } from "./here.js";
import { hide, showAnswer, showWaiting } from "./result.js";
import { exampleImage, model, requestCaption, ServiceError, urlFrom } from "./service.js";

const form = element("caption-form", HTMLFormElement);
const urlField = element("url", HTMLInputElement);
const fileField = element("file", HTMLInputElement);
const keyForm = element("key-form", HTMLFormElement);
const keyField = element("key", HTMLInputElement);
const styleField = element("style", HTMLSelectElement);
const status = element("status", HTMLElement);

void model.then((known) => {
  if (!known) return;
  element("model", HTMLElement).textContent = `Model ${known.name} ${known.version}.`;
  const { styles = [], defaultStyle } = known;
  if (styles.length < 2) return;
  for (const style of styles) {
    // The default goes without saying, in the request and in the command.
    const isDefault = style === defaultStyle;
    styleField.add(new Option(style, isDefault ? "" : style, isDefault, isDefault));
  }
  element("style-field", HTMLElement).hidden = false;
});

/** @typedef {import("./service.js").ImageSource} ImageSource */

/** Returns what captions an image: this browser, or the service. */
function requester() {
  return isHere() ? captionHere : requestCaption;
}

/** Aborts the previous request: only the last image is shown. */
let request = new AbortController();

/** Repeats the last request, with another key or style. */
let retry = () => {};

/**
 * Requests the caption of an image, and shows it.
 *
 * @param {ImageSource | Promise<ImageSource>} source
 * @param {HTMLInputElement} [field] - the field that names the image; the other one is emptied.
 */
async function caption(source, field) {
  await run(field, async (signal) => {
    hideBatch();
    showStatus("Captioning the image …");
    const image = await source;
    signal.throwIfAborted();
    showWaiting(image);
    const style = styleField.value;
    const answer = await requester()(image, { key: keyField.value, style }, signal);
    const threshold = (await model)?.confidence?.threshold;
    signal.throwIfAborted();
    showAnswer(answer, image, { style, threshold });
  });
}

/**
 * Requests the captions of several files, and shows them in a table.
 *
 * @param {readonly File[]} files
 * @param {HTMLInputElement} [field]
 */
async function captionFiles(files, field) {
  const [file, second] = files;
  if (!file) return;
  if (!second) return caption({ file, name: file.name }, field);
  await run(field, async (signal) => {
    hide();
    showStatus(`Captioning ${files.length} images …`);
    const given = { key: keyField.value, style: styleField.value, request: requester() };
    await captionBatch(files, given, signal, (done) =>
      showStatus(`Captioned ${done} of ${files.length} images …`),
    );
  });
}

/**
 * Does the work of a request, and shows how it ended. A new request aborts the one before.
 *
 * @param {HTMLInputElement | undefined} field
 * @param {(signal: AbortSignal) => Promise<void>} work
 */
async function run(field, work) {
  retry = () => void run(field, work);
  for (const other of [urlField, fileField]) if (other !== field) other.value = "";
  request.abort();
  request = new AbortController();
  const { signal } = request;
  try {
    await work(signal);
    showStatus("");
    keyForm.hidden = true;
  } catch (error) {
    if (signal.aborted) return;
    hide();
    hideBatch();
    showStatus(error instanceof Error ? error.message : String(error), true);
    if (error instanceof ServiceError && error.code === "unauthorized") requestKey();
  }
}

/**
 * @param {string} text
 * @param {boolean} [isError]
 */
function showStatus(text, isError = false) {
  status.textContent = text;
  status.classList.toggle("error", isError);
}

function requestKey() {
  keyForm.hidden = false;
  keyField.focus();
}

/**
 * Captions what was dropped or pasted: files, or else the URL of an image.
 *
 * @param {DataTransfer | null} data
 * @param {string} type - the type of the text that may be a URL.
 */
function captionFrom(data, type) {
  const files = [...(data?.files ?? [])];
  const url = URL.parse(data?.getData(type).trim() ?? "");
  if (files.length > 0) {
    void captionFiles(files);
  } else if (url?.protocol === "https:" || url?.protocol === "http:") {
    urlField.value = url.href;
    void caption({ url: url.href }, urlField);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const url = urlFrom(urlField.value);
  if (url === undefined) return;
  urlField.value = url;
  void caption({ url }, urlField);
});

keyForm.addEventListener("submit", (event) => {
  event.preventDefault();
  retry();
});

fileField.addEventListener("change", () => {
  void captionFiles([...(fileField.files ?? [])], fileField);
});

element("copy", HTMLButtonElement).addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(batchAsText());
    showStatus("The table is copied.");
  } catch {
    showStatus("This browser does not allow the page to copy: save the table instead.", true);
  }
});

element("save", HTMLButtonElement).addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([batchAsCsv()], { type: "text/csv" }));
  link.download = "captions.csv";
  link.click();
  URL.revokeObjectURL(link.href);
});

styleField.addEventListener("change", () => {
  retry();
});

onChoice(() => {
  element("url-field", HTMLElement).hidden = isHere();
  element("file-label", HTMLElement).textContent = isHere()
    ? "Your own images"
    : "Or your own images";
});

for (const button of document.querySelectorAll("[data-example]")) {
  button.addEventListener("click", () => {
    void caption(exampleImage(button.getAttribute("data-example") ?? ""));
  });
}

document.addEventListener("paste", ({ clipboardData, target }) => {
  // Text pasted into a field belongs to the field.
  captionFrom(clipboardData, target instanceof HTMLInputElement ? "" : "text/plain");
});

document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("dropping");
});

document.addEventListener("dragleave", ({ relatedTarget }) => {
  // There is no related target when the pointer leaves the window.
  if (relatedTarget === null) document.body.classList.remove("dropping");
});

document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dropping");
  captionFrom(event.dataTransfer, "text/uri-list");
});
