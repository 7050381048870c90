import type { Caption } from "./caption.ts";
import { type Rule, rules } from "./ptb-rules.ts";

/**
 * The tokens that coco-caption drops after Stanford's PTBTokenizer has run. They are compared as
 * they stand, after lower-casing: so `(`, by then `-lrb-`, is not among them and remains a token,
 * and so does `!!`. That is how the published figures were computed.
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
 * Splits a caption into tokens as coco-caption does: Penn Treebank tokenisation (Stanford's
 * PTBTokenizer with `-preserveLines -lowerCase`), then without punctuation.
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

/** Penn Treebank tokens with their punctuation, in the case in which they were written. */
export function treebankTokens(caption: string): string[] {
  // The original reads lines: what follows a caption's last token is the end of its line.
  const text = `${withPlainCharacters(caption)}\n`;
  const tokens: string[] = [];
  let position = 0;
  while (position < text.length) {
    const match = plainWordAt(text, position) ?? longestMatchAt(text, position);
    if (match === undefined) {
      // White space, or a character that Stanford's lexer does not know and drops.
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

/** Nearly every token of a caption; no rule can match more of it or otherwise. */
function plainWordAt(text: string, position: number): Match | undefined {
  PLAIN_WORD.lastIndex = position;
  const token = PLAIN_WORD.exec(text)?.[0];
  if (token === undefined || ASSIMILATION.test(token)) return undefined;
  return { token, length: token.length };
}

/** As a lexical scanner does: the longest match wins, context included; among equals the first. */
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

/** Entities and typographic quotes as plain characters; soft hyphens vanish. */
function withPlainCharacters(caption: string): string {
  return caption
    .replace(
      /&(?:amp|quot|apos|lt|gt|nbsp);/gi,
      (entity) => entities[entity.toLowerCase()] ?? entity,
    )
    .replace(/\u00AD/g, "")
    .replace(/[\u0091\u0092\u2018\u2019\u201B\u2039\u203A]/g, "'")
    .replace(/[\u0093\u0094\u201C\u201D\u00AB\u00BB]/g, '"');
}

const entities: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&quot;": '"',
  "&apos;": "'",
  "&lt;": "<",
  "&gt;": ">",
  "&nbsp;": " ",
};
