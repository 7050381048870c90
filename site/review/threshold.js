import { element } from "./elements.js";

/** @typedef {import("./api.js").Bin} Bin */

const slider = element("at", HTMLInputElement);

/** @type {readonly Bin[]} */
let bins = [];

/**
 * Shows how a threshold divides the captions that there are.
 *
 * @param {{ minConfidence: number | null, bins: readonly Bin[] }} confidence
 */
export function showThreshold({ minConfidence, bins: read }) {
  bins = read;
  slider.value = String(minConfidence ?? 0);
  element("in-use", HTMLElement).textContent =
    minConfidence === null
      ? "The model has no calibration, so that every caption is filled in."
      : `In use is ${minConfidence} (MIN_CONFIDENCE, or else the model's own threshold). Moving this changes nothing.`;
  divide();
}

function divide() {
  const at = Number(slider.value);
  element("at-value", HTMLOutputElement).textContent = at.toFixed(2);
  const all = sum(bins);
  // A bin counts wholly: its captions lie at or above its lower end.
  const kept = bins.filter(({ from }) => from >= at - 1e-9);
  const keptImages = sum(kept);
  const fits = kept.reduce((total, bin) => total + bin.images * bin.meanConfidence, 0);
  const share = keptImages === 0 ? "" : `, of which about ${percent(fits / keptImages)} fit`;
  const text = `${keptImages} of ${all} captions would be filled in${share}; ${all - keptImages} would wait for review.`;
  element("divided", HTMLElement).textContent = text;
}

/** @param {readonly Bin[]} some */
const sum = (some) => some.reduce((total, { images }) => total + images, 0);

/** @param {number} share */
const percent = (share) => `${Math.round(share * 100)} %`;

slider.addEventListener("input", divide);
