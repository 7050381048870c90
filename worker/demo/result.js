import { placeOf, showAttention } from "./attention.js";
import { element, percentage, screenReaderText } from "./elements.js";
import { commandFor } from "./service.js";

const result = element("result", HTMLElement);
const frame = element("image", HTMLElement);
const shown = element("shown", HTMLImageElement);
const caption = element("caption", HTMLElement);
const trust = element("confidence", HTMLElement);
const details = element("details", HTMLElement);

/** Hides the result. */
export function hide() {
  result.hidden = true;
}

/**
 * Shows an uploaded image while it is captioned. An image from a URL is loaded only after the service
 * has checked the URL.
 *
 * @param {import("./service.js").ImageSource} image
 */
export function showWaiting(image) {
  caption.textContent = "";
  trust.hidden = true;
  details.hidden = true;
  result.classList.add("waiting");
  result.hidden = "url" in image;
  if ("file" in image) showImage(URL.createObjectURL(image.file));
}

/** @param {string} source */
function showImage(source) {
  if (shown.src.startsWith("blob:")) URL.revokeObjectURL(shown.src);
  shown.removeAttribute("width");
  shown.removeAttribute("height");
  shown.src = source;
  frame.hidden = false;
  showAttention();
}

// The service may be able to fetch and decode images that this browser cannot.
shown.addEventListener("error", () => {
  frame.hidden = true;
});

/**
 * Shows an answer.
 *
 * @param {import("./service.js").Answer} answer
 * @param {import("./service.js").ImageSource} image
 * @param {{style: string, threshold: number | undefined}} asked - the caption's style, which may be
 *   empty, and the least confidence of alt text.
 */
export function showAnswer(answer, image, { style, threshold }) {
  if ("url" in image) showImage(image.url);
  // Reserves the space, so that the page does not jump when the image arrives.
  shown.width = answer.image.width;
  shown.height = answer.image.height;
  caption.textContent = answer.caption || "The model found no words for this image.";
  const { confidence } = answer;
  trust.hidden = confidence === undefined;
  trust.textContent = confidence === undefined ? "" : confidenceText(confidence, threshold);
  const words = answer.tokens.map((token, index) => wordItem(token, index, answer));
  element("words", HTMLElement).replaceChildren(...words);
  element("words-hint", HTMLElement).textContent = answer.attention
    ? "Each with its probability. Point at a word, or move to it by keyboard, to see where the model looked."
    : "Each with its probability.";
  const others = answer.alternatives.slice(1).map(otherItem);
  element("others-list", HTMLElement).replaceChildren(...others);
  element("others", HTMLElement).hidden = others.length === 0;
  element("command", HTMLElement).textContent = commandFor(image, style);
  details.hidden = false;
  result.hidden = false;
  result.classList.remove("waiting");
  caption.focus({ preventScroll: true });
  if (result.getBoundingClientRect().bottom <= innerHeight) return;
  const isReduced = matchMedia("(prefers-reduced-motion: reduce)").matches;
  result.scrollIntoView({ behavior: isReduced ? "auto" : "smooth" });
}

/**
 * @param {string} token
 * @param {number} index
 * @param {import("./service.js").Answer} answer
 */
function wordItem(token, index, { attention, tokenLogProbabilities }) {
  const logarithm = tokenLogProbabilities[index] ?? 0;
  const map = attention?.maps[index];
  const word = document.createElement(map ? "button" : "span");
  word.className = "word";
  word.style.setProperty("--probability", String(Math.exp(logarithm)));
  word.append(`${token} `, percentage(Math.exp(logarithm)));
  if (attention && map && word instanceof HTMLButtonElement) {
    word.type = "button";
    word.append(screenReaderText(` looked most at the ${placeOf(attention, map)}`));
    showWhilePointedAt(word, attention, map);
  }
  const item = document.createElement("li");
  item.append(word);
  return item;
}

/**
 * @param {HTMLButtonElement} word
 * @param {import("./service.js").Attention} attention
 * @param {number[]} map
 */
function showWhilePointedAt(word, attention, map) {
  const show = () => {
    document.querySelector(".word.lit")?.classList.remove("lit");
    word.classList.add("lit");
    showAttention(attention, map);
  };
  const leave = () => {
    word.classList.remove("lit");
    showAttention();
  };
  // Lifting a finger fires "pointerleave" too, but is followed by "click".
  for (const event of ["pointerenter", "focus", "click"]) word.addEventListener(event, show);
  for (const event of ["pointerleave", "blur"]) word.addEventListener(event, leave);
}

/** @param {import("./service.js").Caption} other */
function otherItem(other) {
  const item = document.createElement("li");
  // The probability of a whole sentence mostly reflects its length.
  const mean = other.logProbability / other.tokenLogProbabilities.length;
  item.append(`${other.caption || "(no words)"} `, percentage(Math.exp(mean)));
  return item;
}

/**
 * @param {number} confidence
 * @param {number | undefined} threshold
 */
function confidenceText(confidence, threshold) {
  const text = `Confidence: ${Math.round(100 * confidence)} % that this caption fits the image.`;
  if (threshold === undefined || confidence >= threshold) return text;
  return `${text} Below ${Math.round(100 * threshold)} %, better leave the alt text empty.`;
}
