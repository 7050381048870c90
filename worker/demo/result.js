import { lightUp, placeOf } from "./attention.js";
import { element, unseen } from "./elements.js";
import { commandFor } from "./service.js";

const result = element("result", HTMLElement);
const picture = element("picture", HTMLElement);
const shown = element("shown", HTMLImageElement);
const caption = element("caption", HTMLElement);
const details = element("details", HTMLElement);

/** Shows nothing. */
export function hide() {
  result.hidden = true;
}

/**
 * Shows the picture that is being looked at, if it is the visitor's own: one from elsewhere is only
 * loaded when the service found nothing wrong with its address.
 *
 * @param {import("./service.js").Picture} given
 */
export function showWaiting(given) {
  caption.textContent = "";
  details.hidden = true;
  result.classList.add("waiting");
  result.hidden = "url" in given;
  if ("file" in given) showPicture(URL.createObjectURL(given.file));
}

/** @param {string} source */
function showPicture(source) {
  if (shown.src.startsWith("blob:")) URL.revokeObjectURL(shown.src);
  shown.removeAttribute("width");
  shown.removeAttribute("height");
  shown.src = source;
  picture.hidden = false;
  lightUp();
}

// The service may fetch what this browser may not, and read what it cannot.
shown.addEventListener("error", () => {
  picture.hidden = true;
});

/**
 * Shows what the model wrote.
 *
 * @param {import("./service.js").Answer} answer
 * @param {import("./service.js").Picture} given
 */
export function showAnswer(answer, given) {
  if ("url" in given) showPicture(given.url);
  // Known now: the page need not move when the picture comes later than its caption.
  shown.width = answer.image.width;
  shown.height = answer.image.height;
  caption.textContent = answer.caption || "It found no words for this picture.";
  const words = answer.tokens.map((token, index) => wordItem(token, index, answer));
  element("words", HTMLElement).replaceChildren(...words);
  element("words-hint", HTMLElement).textContent = answer.attention
    ? "How sure the model was of each. Point at a word, or step to it, to see where it looked."
    : "How sure the model was of each.";
  const others = answer.alternatives.slice(1).map(otherItem);
  element("others-list", HTMLElement).replaceChildren(...others);
  element("others", HTMLElement).hidden = others.length === 0;
  element("command", HTMLElement).textContent = commandFor(given);
  details.hidden = false;
  result.hidden = false;
  result.classList.remove("waiting");
  caption.focus({ preventScroll: true });
  if (result.getBoundingClientRect().bottom <= innerHeight) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  result.scrollIntoView({ behavior: still ? "auto" : "smooth" });
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
  word.append(`${token} `, probability(logarithm));
  if (attention && map && word instanceof HTMLButtonElement) {
    word.type = "button";
    word.append(unseen(` looked most at the ${placeOf(attention, map)}`));
    lightWhilePointedAt(word, attention, map);
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
function lightWhilePointedAt(word, attention, map) {
  const light = () => {
    document.querySelector(".word.lit")?.classList.remove("lit");
    word.classList.add("lit");
    lightUp(attention, map);
  };
  const leave = () => {
    word.classList.remove("lit");
    lightUp();
  };
  // A finger that is lifted also leaves, but then clicks.
  for (const event of ["pointerenter", "focus", "click"]) word.addEventListener(event, light);
  for (const event of ["pointerleave", "blur"]) word.addEventListener(event, leave);
}

/** @param {import("./service.js").Caption} other */
function otherItem(other) {
  const item = document.createElement("li");
  // Of a whole sentence it is tiny, and says more of its length than of the model's mind.
  const mean = other.logProbability / other.tokenLogProbabilities.length;
  item.append(`${other.caption || "(no words)"} `, probability(mean));
  return item;
}

/** @param {number} logarithm */
function probability(logarithm) {
  const span = document.createElement("span");
  span.className = "probability";
  span.textContent = `${Math.round(100 * Math.exp(logarithm))} %`;
  return span;
}
