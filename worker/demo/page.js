// The demo page: plain JavaScript, checked by its JSDoc, since the Worker serves it as it stands.

import { element } from "./elements.js";
import { hide, showAnswer, showWaiting } from "./result.js";
import { examplePicture, model, Refusal, requestCaption } from "./service.js";

const form = element("ask", HTMLFormElement);
const urlField = element("url", HTMLInputElement);
const fileField = element("file", HTMLInputElement);
const keyForm = element("by-key", HTMLFormElement);
const keyField = element("key", HTMLInputElement);
const status = element("status", HTMLElement);

void model.then((known) => {
  if (known) element("model", HTMLElement).textContent = `Model ${known.name} ${known.version}.`;
});

/** @typedef {import("./service.js").Picture} Picture */

/** Only the last picture that was asked for is shown. */
let asking = new AbortController();

/** @type {Parameters<typeof ask> | undefined} */
let last;

/**
 * @param {Picture | Promise<Picture>} picture
 * @param {HTMLInputElement} [field] - that names the picture; the others then name none.
 */
async function ask(picture, field) {
  last = [picture, field];
  for (const other of [urlField, fileField]) if (other !== field) other.value = "";
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  say("Looking at the picture …");
  try {
    const given = await picture;
    signal.throwIfAborted();
    showWaiting(given);
    const answer = await requestCaption(given, keyField.value, signal);
    say("");
    keyForm.hidden = true;
    showAnswer(answer, given);
  } catch (error) {
    if (signal.aborted) return;
    hide();
    say(error instanceof Error ? error.message : String(error), true);
    if (error instanceof Refusal && error.code === "unauthorized") askForKey();
  }
}

/**
 * @param {string} text
 * @param {boolean} [wrong]
 */
function say(text, wrong = false) {
  status.textContent = text;
  status.classList.toggle("wrong", wrong);
}

function askForKey() {
  keyForm.hidden = false;
  keyField.focus();
}

/**
 * Asks for what was dropped or pasted: a file, or else the address of a picture.
 *
 * @param {DataTransfer | null} given
 * @param {string} type - of the text that may be an address.
 */
function askFor(given, type) {
  const file = given?.files[0];
  const url = URL.parse(given?.getData(type).trim() ?? "");
  if (file) {
    void ask({ file, name: file.name });
  } else if (url?.protocol === "https:" || url?.protocol === "http:") {
    urlField.value = url.href;
    void ask({ url: url.href }, urlField);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void ask({ url: urlField.value.trim() }, urlField);
});

keyForm.addEventListener("submit", (event) => {
  event.preventDefault();
  if (last) void ask(...last);
});

fileField.addEventListener("change", () => {
  const file = fileField.files?.[0];
  if (file) void ask({ file, name: file.name }, fileField);
});

for (const button of document.querySelectorAll("[data-example]")) {
  button.addEventListener("click", () => {
    void ask(examplePicture(button.getAttribute("data-example") ?? ""));
  });
}

document.addEventListener("paste", ({ clipboardData, target }) => {
  // Text that is pasted into a field is meant for the field.
  askFor(clipboardData, target instanceof HTMLInputElement ? "" : "text/plain");
});

document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("dropping");
});

document.addEventListener("dragleave", ({ relatedTarget }) => {
  // Nothing is entered when the pointer leaves the window.
  if (relatedTarget === null) document.body.classList.remove("dropping");
});

document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dropping");
  askFor(event.dataTransfer, "text/uri-list");
});
