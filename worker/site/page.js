// The demo page. Plain JavaScript, checked by its JSDoc: the Worker serves it as it stands here.

/**
 * @typedef {{caption: string, tokens: string[], tokenLogProbabilities: number[], logProbability: number}} Caption
 * @typedef {{rows: number, columns: number, maps: number[][]}} Attention
 * @typedef {Caption & {alternatives: Caption[], attention?: Attention}} Answer
 * @typedef {{name: string, version: string, preparation: {fit: string}, network: {regions?: object}}} Model
 */

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
function element(id, kind) {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`the page has no #${id}`);
}

const form = element("ask", HTMLFormElement);
const urlField = element("url", HTMLInputElement);
const fileField = element("file", HTMLInputElement);
const status = element("status", HTMLElement);
const result = element("result", HTMLElement);
const shown = element("shown", HTMLImageElement);
const canvas = element("attention", HTMLCanvasElement);

/** @type {Promise<Model | undefined>} */
const model = fetch("/model").then(
  (response) => (response.ok ? response.json() : undefined),
  () => undefined,
);

void model.then((known) => {
  if (known) element("model", HTMLElement).textContent = `Model ${known.name} ${known.version}.`;
});

/** Only the last picture that was asked for is shown. */
let asking = new AbortController();

/**
 * @param {{url: string} | {file: Blob}} picture
 */
async function ask(picture) {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  say("Looking at the picture …");
  result.hidden = true;
  try {
    const answer = await request(picture, signal);
    show(answer, "url" in picture ? picture.url : URL.createObjectURL(picture.file));
    say("");
  } catch (error) {
    if (!signal.aborted) say(error instanceof Error ? error.message : String(error), true);
  }
}

/**
 * @param {{url: string} | {file: Blob}} picture
 * @param {AbortSignal} signal
 * @returns {Promise<Answer>}
 */
async function request(picture, signal) {
  const known = await model;
  // Regions are places in the network's input, which is the whole picture only if it is stretched.
  const attention = known?.network.regions !== undefined && known.preparation.fit === "stretch";
  const query = new URLSearchParams({ alternatives: "3", attention: String(attention) });
  if ("url" in picture) query.set("url", picture.url);
  const init = "url" in picture ? { signal } : { signal, method: "POST", body: picture.file };
  const response = await fetch(`/caption?${query}`, init).catch(() => undefined);
  signal.throwIfAborted();
  if (!response) throw new Error("The service cannot be reached. Are you online?");
  const body = await response.json();
  if (!response.ok) throw new Error(`${body.title}. ${body.detail}`);
  return body;
}

/**
 * @param {string} text
 * @param {boolean} [wrong]
 */
function say(text, wrong = false) {
  status.textContent = text;
  status.classList.toggle("wrong", wrong);
}

/**
 * @param {Answer} answer
 * @param {string} source
 */
function show(answer, source) {
  if (shown.src.startsWith("blob:")) URL.revokeObjectURL(shown.src);
  shown.src = source;
  shown.alt = answer.caption;
  const caption = element("caption", HTMLElement);
  caption.textContent = answer.caption || "It found no words for this picture.";
  const words = answer.tokens.map((token, index) => wordItem(token, index, answer));
  element("words", HTMLElement).replaceChildren(...words);
  element("words-hint", HTMLElement).textContent = answer.attention
    ? "Point at a word, or step to it, to see where the model looked."
    : "How sure the model was of each word.";
  const others = answer.alternatives.slice(1).map(otherItem);
  element("others", HTMLElement).replaceChildren(...others);
  element("others-title", HTMLElement).hidden = others.length === 0;
  dim(undefined);
  result.hidden = false;
  caption.focus();
}

/**
 * @param {string} token
 * @param {number} index
 * @param {Answer} answer
 */
function wordItem(token, index, answer) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(`${token} `, probability(answer.tokenLogProbabilities[index] ?? 0));
  const map = answer.attention?.maps[index];
  if (answer.attention && map) lightUp(button, answer.attention, map);
  const item = document.createElement("li");
  item.append(button);
  return item;
}

/**
 * @param {HTMLButtonElement} button
 * @param {Attention} attention
 * @param {number[]} map
 */
function lightUp(button, attention, map) {
  const light = () => {
    for (const other of document.querySelectorAll("#words button")) {
      other.setAttribute("aria-pressed", String(other === button));
    }
    dim({ ...attention, map });
  };
  const leave = () => {
    button.setAttribute("aria-pressed", "false");
    dim(undefined);
  };
  button.setAttribute("aria-pressed", "false");
  for (const event of ["pointerenter", "focus", "click"]) button.addEventListener(event, light);
  for (const event of ["pointerleave", "blur"]) button.addEventListener(event, leave);
}

/**
 * Darkens the picture where the model did not look.
 *
 * @param {{rows: number, columns: number, map: number[]} | undefined} look
 */
function dim(look) {
  canvas.width = look?.columns ?? 1;
  canvas.height = look?.rows ?? 1;
  const context = canvas.getContext("2d");
  if (!context || !look) return;
  const most = Math.max(...look.map);
  const pixels = context.createImageData(look.columns, look.rows);
  for (const [index, weight] of look.map.entries()) {
    pixels.data[4 * index + 3] = Math.round(215 * (1 - weight / most));
  }
  context.putImageData(pixels, 0, 0);
}

/** @param {Caption} other */
function otherItem(other) {
  const item = document.createElement("li");
  // Of a whole sentence it is tiny, and says more of its length than of the model's mind.
  const mean = other.logProbability / other.tokenLogProbabilities.length;
  item.append(`${other.caption || "(no words)"} `, probability(mean), " a word");
  return item;
}

/** @param {number} logarithm */
function probability(logarithm) {
  const span = document.createElement("span");
  span.className = "probability";
  const format = { style: "percent", maximumSignificantDigits: 2 };
  span.textContent = new Intl.NumberFormat("en", /** @type {any} */ (format)).format(
    Math.exp(logarithm),
  );
  return span;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void ask({ url: urlField.value.trim() });
});

fileField.addEventListener("change", () => {
  const file = fileField.files?.[0];
  if (file) void ask({ file });
});

for (const button of document.querySelectorAll("[data-example]")) {
  button.addEventListener("click", async () => {
    const response = await fetch(button.getAttribute("data-example") ?? "");
    void ask({ file: await response.blob() });
  });
}

document.addEventListener("paste", (event) => {
  const file = event.clipboardData?.files[0];
  if (file) void ask({ file });
});

document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("dropping");
});

document.addEventListener("dragleave", () => document.body.classList.remove("dropping"));

document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dropping");
  const file = event.dataTransfer?.files[0];
  if (file) void ask({ file });
});
