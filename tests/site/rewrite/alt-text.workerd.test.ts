import { expect, test } from "vitest";
import { encodeAlt } from "../../../site/rewrite/alt-text.ts";

test.each([
  ["plain ASCII", "A dog on a beach.", "A dog on a beach."],
  [
    "markup and quotes",
    `"&amp;" 'x' <b> \`y\``,
    "&#34;&#38;amp;&#34; &#39;x&#39; &#60;b&#62; &#96;y&#96;",
  ],
  ["other scripts and emoji", "é 港 🐕", "&#233; &#28207; &#128021;"],
  ["control characters and line ends", " a\r\n\0\u0085b\u2028c ", "a b c"],
  ["half of a surrogate pair", "a\ud83d", "a&#65533;"],
])("a text is written in printable ASCII: %s", (_, text, written) => {
  expect(encodeAlt(text)).toBe(written);
});
