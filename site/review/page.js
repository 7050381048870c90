// The review page. Plain JavaScript, type-checked through JSDoc: the Worker serves it unchanged.

import {
  decide,
  listImages,
  readConfidence,
  readStatus,
  ServiceError,
  signIn,
  signOut,
} from "./api.js";
import { Card } from "./card.js";
import { element } from "./elements.js";
import { showThreshold } from "./threshold.js";

/**
 * @typedef {import("./api.js").Image} Image
 * @typedef {import("./api.js").Decision} Decision
 */

const message = element("message", HTMLElement);
const signInForm = element("sign-in", HTMLFormElement);
const keyField = element("key", HTMLInputElement);
const filters = element("filters", HTMLFormElement);
const list = element("images", HTMLOListElement);
const more = element("more", HTMLButtonElement);
const undoButton = element("undo", HTMLButtonElement);

/** @type {Card[]} */
let cards = [];

/** @type {string | undefined} */
let cursor;

/** Decisions that can be undone, the last one at the end. @type {{ card: Card, before: Image }[]} */
const undone = [];

/**
 * @param {string} text
 * @param {boolean} [isError]
 */
function say(text, isError = false) {
  message.textContent = text;
  message.classList.toggle("error", isError);
}

/** @param {unknown} error */
function explain(error) {
  if (error instanceof ServiceError && error.code === "unauthorized") {
    element("review", HTMLElement).hidden = true;
    element("sign-out", HTMLElement).hidden = true;
    signInForm.hidden = false;
    keyField.focus();
    say(keyField.value === "" ? "" : error.message, true);
    return;
  }
  say(error instanceof Error ? error.message : String(error), true);
}

/** Shows the images that the filters choose, from the first one. */
async function start() {
  try {
    await Promise.all([showCounts(), readConfidence().then(showThreshold), showFirst()]);
    signInForm.hidden = true;
    element("review", HTMLElement).hidden = false;
    element("sign-out", HTMLElement).hidden = false;
    say(cards.length === 0 ? "There are no such images." : "");
  } catch (error) {
    explain(error);
  }
}

async function showCounts() {
  const { states } = await readStatus();
  const parts = Object.entries(states).filter(([, count]) => count > 0);
  element("counts", HTMLElement).textContent = parts
    .map(([state, count]) => `${count} ${state.replace("_", " ")}`)
    .join(", ");
}

async function showFirst() {
  cursor = undefined;
  cards = [];
  list.replaceChildren();
  await showNext();
}

async function showNext() {
  /** @type {Record<string, string>} */
  const query = { limit: "50", ...(cursor === undefined ? {} : { cursor }) };
  for (const name of ["state", "above", "below", "host"]) {
    const field = document.getElementById(name);
    if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) continue;
    if (field.value.trim() !== "") query[name] = field.value.trim();
  }
  const answer = await listImages(query);
  cursor = answer.cursor;
  more.hidden = cursor === undefined;
  for (const image of answer.images) {
    const card = new Card(image, (decided, decision) => inTurn(() => run([decided], decision)));
    card.box.addEventListener("change", showSelection);
    cards.push(card);
    list.append(card.item);
  }
  showSelection();
}

/** The decision that is being saved: the next one waits for it, since it needs the image's new version. */
let saving = Promise.resolve();

/** @param {() => Promise<void>} work */
function inTurn(work) {
  saving = saving.then(work);
}

/**
 * Decides about images, one after the other, and shows them as they are then.
 *
 * @param {readonly Card[]} some
 * @param {Decision} decision
 */
async function run(some, decision) {
  let done = 0;
  try {
    for (const card of some) {
      if (decision.action === "approve" && card.image.caption === null) continue;
      const before = card.image;
      if (await change(card, decision)) {
        undone.push({ card, before });
        done++;
      }
    }
    if (done > 0) say(`${done === 1 ? "1 image is" : `${done} images are`} changed. u undoes it.`);
    await showCounts();
  } catch (error) {
    explain(error);
  }
  for (const card of some) card.box.checked = false;
  showSelection();
}

/**
 * @param {Card} card
 * @param {Decision} decision
 * @returns {Promise<boolean>} false if another person decided first.
 */
async function change(card, decision) {
  try {
    card.show(await decide(card.image, decision));
    return true;
  } catch (error) {
    if (!(error instanceof ServiceError) || !error.current) throw error;
    card.showConflict(error.current, decision);
    say("Somebody else has changed this image meanwhile: nothing was saved.", true);
    return false;
  }
}

async function undo() {
  const last = undone.pop();
  if (!last) return;
  try {
    if (await change(last.card, decisionOf(last.before))) say("Undone.");
    last.card.item.focus();
    await showCounts();
  } catch (error) {
    explain(error);
  }
  showSelection();
}

/**
 * Returns the decision that leads back to an image's earlier state.
 *
 * @param {Image} before
 * @returns {Decision}
 */
function decisionOf({ state, alt }) {
  if (state === "edited" && alt !== null) return { action: "edit", alt };
  if (state === "approved") return { action: "approve" };
  if (state === "decorative") return { action: "decorative" };
  return { action: "reset" };
}

const selection = () => cards.filter(({ box }) => box.checked);

function showSelection() {
  const count = selection().length;
  element("selected", HTMLElement).textContent =
    count === 0 ? "None selected" : `${count} selected`;
  element("approve-selected", HTMLButtonElement).disabled = count === 0;
  element("decorative-selected", HTMLButtonElement).disabled = count === 0;
  undoButton.disabled = undone.length === 0;
}

/** The card that has the focus, or holds what has it. */
const focused = () => cards.find(({ item }) => item.contains(document.activeElement));

/** @param {number} step */
function move(step) {
  const current = focused();
  const index = current === undefined ? (step > 0 ? -1 : cards.length) : cards.indexOf(current);
  const next = cards[Math.min(Math.max(index + step, 0), cards.length - 1)];
  next?.item.focus();
  next?.item.scrollIntoView({ block: "nearest" });
}

/** What a single key does. @type {Record<string, () => void>} */
const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  a: () => focused()?.approve(),
  e: () => focused()?.edit(),
  d: () => focused()?.markDecorative(),
  u: () => inTurn(undo),
  x() {
    const card = focused();
    if (card) card.box.checked = !card.box.checked;
    showSelection();
  },
};

document.addEventListener("keydown", (event) => {
  const { key, ctrlKey, metaKey, altKey, target } = event;
  if (ctrlKey || metaKey || altKey || element("review", HTMLElement).hidden) return;
  // Keys that are typed into a field belong to the field.
  const isTyping =
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && target.type !== "checkbox");
  if (isTyping || !element("shortcuts", HTMLInputElement).checked) return;
  const act = KEYS[key];
  if (!act) return;
  event.preventDefault();
  act();
});

signInForm.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await signIn(keyField.value);
    keyField.value = "";
    await start();
  } catch (error) {
    explain(error);
  }
});

element("sign-out", HTMLButtonElement).addEventListener("click", async () => {
  try {
    await signOut();
    location.reload();
  } catch (error) {
    explain(error);
  }
});

filters.addEventListener("submit", (event) => {
  event.preventDefault();
  void start();
});

more.addEventListener("click", () => void showNext().catch(explain));
undoButton.addEventListener("click", () => inTurn(undo));
element("approve-selected", HTMLButtonElement).addEventListener("click", () => {
  const some = selection();
  inTurn(() => run(some, { action: "approve" }));
});
element("decorative-selected", HTMLButtonElement).addEventListener("click", () => {
  const some = selection();
  inTurn(() => run(some, { action: "decorative" }));
});
element("select-all", HTMLButtonElement).addEventListener("click", () => {
  for (const { box } of cards) box.checked = true;
  showSelection();
});

void start();
