// The demo page. Plain JavaScript, type-checked through JSDoc: the Worker serves it unchanged.

import { element } from "./elements.js";
import { hide, showAnswer, showWaiting } from "./result.js";
import { exampleImage, model, requestCaption, ServiceError } from "./service.js";

const form = element("caption-form", HTMLFormElement);
const urlField = element("url", HTMLInputElement);
const fileField = element("file", HTMLInputElement);
const keyForm = element("key-form", HTMLFormElement);
const keyField = element("key", HTMLInputElement);
const status = element("status", HTMLElement);

void model.then((known) => {
  if (known) element("model", HTMLElement).textContent = `Model ${known.name} ${known.version}.`;
});

/** @typedef {import("./service.js").ImageSource} ImageSource */

/** Aborts the previous request: only the last image is shown. */
let request = new AbortController();

/** @type {Parameters<typeof caption> | undefined} */
let last;

/**
 * Requests the caption of an image, and shows it.
 *
 * @param {ImageSource | Promise<ImageSource>} source
 * @param {HTMLInputElement} [field] - the field that names the image; the other one is emptied.
 */
async function caption(source, field) {
  last = [source, field];
  for (const other of [urlField, fileField]) if (other !== field) other.value = "";
  request.abort();
  request = new AbortController();
  const { signal } = request;
  showStatus("Captioning the image …");
  try {
    const image = await source;
    signal.throwIfAborted();
    showWaiting(image);
    const answer = await requestCaption(image, keyField.value, signal);
    showStatus("");
    keyForm.hidden = true;
    showAnswer(answer, image);
  } catch (error) {
    if (signal.aborted) return;
    hide();
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
 * Captions what was dropped or pasted: a file, or else the URL of an image.
 *
 * @param {DataTransfer | null} data
 * @param {string} type - the type of the text that may be a URL.
 */
function captionFrom(data, type) {
  const file = data?.files[0];
  const url = URL.parse(data?.getData(type).trim() ?? "");
  if (file) {
    void caption({ file, name: file.name });
  } else if (url?.protocol === "https:" || url?.protocol === "http:") {
    urlField.value = url.href;
    void caption({ url: url.href }, urlField);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void caption({ url: urlField.value.trim() }, urlField);
});

keyForm.addEventListener("submit", (event) => {
  event.preventDefault();
  if (last) void caption(...last);
});

fileField.addEventListener("change", () => {
  const file = fileField.files?.[0];
  if (file) void caption({ file, name: file.name }, fileField);
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
