import type { Caption } from "./caption.ts";
import { type Rule, rules } from "./ptb-rules.ts";

/**
 * The tokens that coco-caption drops after Stanford's PTBTokenizer has run. It compares them after
 * lower-casing, so `(`, by then `-lrb-`, remains a token, and so does `!!`. The published figures were
 * computed that way.
 */
const DROPPED: ReadonlySet<string> = new Set([
  "''",
  "'",
  "``",
  "`",
  "-LRB-",
  "-RRB-",
  "-LCB-",
  "-RCB-",
  ".",
  "?",
  "!",
  ",",
  ":",
  "-",
  "--",
  "...",
  ";",
]);

/**
 * Splits a caption into tokens as coco-caption does: by Penn Treebank tokenisation (Stanford's
 * PTBTokenizer with `-preserveLines -lowerCase`), and without punctuation.
 *
 * @example
 * ```ts
 * tokenizeCaption("It's a man's T-shirt, isn't it?");
 * // ["it", "'s", "a", "man", "'s", "t-shirt", "is", "n't", "it"]
 * ```
 */
export function tokenizeCaption(caption: string): Caption {
  return treebankTokens(caption)
    .map((token) => token.toLowerCase())
    .filter((token) => !DROPPED.has(token));
}

/** Splits a caption into Penn Treebank tokens, with punctuation and in the original case. */
export function treebankTokens(caption: string): string[] {
  // The original reads lines, so the end of a line follows the last token.
  const text = `${withPlainCharacters(caption)}\n`;
  const tokens: string[] = [];
  let position = 0;
  while (position < text.length) {
    const match = plainWordAt(text, position) ?? longestMatchAt(text, position);
    if (match === undefined) {
      // White space, or a character that Stanford's lexer drops.
      position += (text.codePointAt(position) ?? 0) > 0xffff ? 2 : 1;
    } else {
      tokens.push(match.token);
      position += match.length;
    }
  }
  return tokens;
}

interface Match {
  readonly token: string;
  readonly length: number;
}

const PLAIN_WORD = /[A-Za-z]+(?=\s)/y;
const ASSIMILATION = /^(?:cannot|gonna|wanna|gotta|gimme|lemme)$/i;

/** Matches a plain word, as nearly all tokens are; no rule can match more of it. */
function plainWordAt(text: string, position: number): Match | undefined {
  PLAIN_WORD.lastIndex = position;
  const token = PLAIN_WORD.exec(text)?.[0];
  if (token === undefined || ASSIMILATION.test(token)) return undefined;
  return { token, length: token.length };
}

/** Returns the longest match, context included, as a lexical scanner does; among equals the first. */
function longestMatchAt(text: string, position: number): Match | undefined {
  let longest = 0;
  let match: Match | undefined;
  for (const rule of rules) {
    rule.pattern.lastIndex = position;
    const found = rule.pattern.exec(text);
    const token = found?.[1];
    if (found === null || token === undefined || found[0].length <= longest) continue;
    longest = found[0].length;
    match = { token: outputOf(rule, token), length: token.length };
  }
  return match;
}

function outputOf({ output }: Rule, text: string): string {
  if (output === undefined) return text;
  return typeof output === "string" ? output : output(text);
}

/** Replaces entities and typographic quotes by plain characters, and removes soft hyphens. */
function withPlainCharacters(caption: string): string {
  return caption
    .replace(
      /&(?:amp|quot|apos|lt|gt|nbsp);/gi,
      (entity) => ENTITIES[entity.toLowerCase()] ?? entity,
    )
    .replace(/\u00AD/g, "")
    .replace(/[\u0091\u0092\u2018\u2019\u201B\u2039\u203A]/g, "'")
    .replace(/[\u0093\u0094\u201C\u201D\u00AB\u00BB]/g, '"');
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&quot;": '"',
  "&apos;": "'",
  "&lt;": "<",
  "&gt;": ">",
  "&nbsp;": " ",
};
