/**
 * Returns an element of index.html.
 *
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function element(id, kind) {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`the page has no #${id}`);
}

/**
 * Returns text for screen readers only.
 *
 * @param {string} text
 */
export function screenReaderText(text) {
  const span = document.createElement("span");
  span.className = "screen-reader";
  span.textContent = text;
  return span;
}

/**
 * Returns a share, 0 to 1, as a percentage in small print.
 *
 * @param {number} share
 */
export function percentage(share) {
  const span = document.createElement("span");
  span.className = "percentage";
  span.textContent = `${Math.round(100 * share)} %`;
  return span;
}
