/**
 * A lexical rule of Penn Treebank tokenisation.
 *
 * The rules describe Stanford's PTBTokenizer (CoreNLP 3.x, with its default options), written anew
 * for captions. `docs/metrics.md` lists what is not reproduced.
 */
export interface Rule {
  /** A sticky pattern, whose first group is the token; the rest is context. */
  readonly pattern: RegExp;
  /** The output, if it is not the token's own text. */
  readonly output?: string | ((text: string) => string);
}

interface RuleOptions {
  /** What must follow the token. It counts towards the length of the match, and is then read again. */
  readonly before?: string;
  readonly output?: Rule["output"];
  /** Whether case matters; by default it does not. */
  readonly exactCase?: boolean;
}

function rule(token: string, { before = "", output, exactCase = false }: RuleOptions = {}): Rule {
  const pattern = new RegExp(`(${token})(?:${before})`, exactCase ? "uy" : "iuy");
  return output === undefined ? { pattern } : { pattern, output };
}

const LETTER = "[\\p{L}\\p{M}]";
const WORD = `${LETTER}+`;
const ALPHANUMERIC = "[\\p{L}\\p{M}\\p{Nd}]";
const HYPHEN = "[-_\\u058A\\u2010\\u2011]";
/** The clitics 's, 'm, 'd, 're, 've and 'll. */
const CLITIC = "'(?:[smd]|re|ve|ll)";
const NOT_LATIN_LETTER = "[^A-Za-z]";
const INSIDE_SENTENCE = "[,;:]";
const SPACE = "\\s";

/** Words that the Penn Treebank splits in two. */
const assimilations = [
  rule("can", { before: "not" }),
  rule("'t", { before: "was|is" }),
  rule("gon|wan", { before: "na" }),
  rule("got", { before: "ta" }),
  rule("gim|lem", { before: "me" }),
];

const words = [
  rule(WORD, { before: CLITIC }),
  rule("[a-z]*[a-mo-z]", { before: "n't" }),
  rule(WORD),
];

/** Words that keep their apostrophe. */
const apostropheWords = [
  rule("'n'?|[ldj]'|dunkin'|somethin'|ol'|'em|'till?|'cause|'[2-9]0s|cont'd\\.?"),
  rule("nor'easter|c'mon|e'er|s'mores|ev'ry|li'l|nat'l|cap'n|c'est"),
  rule(`[A-HJ-XZn]'${LETTER}{2,}|${WORD}[aeiouyAEIOUY]'[aeiouA-Z]${LETTER}*`, { exactCase: true }),
  rule("y'", { before: LETTER }),
];

const addresses = [
  rule('https?://[^\\s"<>|()]+[^\\s"<>|.!?(){},-]'),
  // A host is in small letters or begins with www.
  rule('www\\.(?:[^\\s"<>|.!?(){},]+\\.)+[a-z]{2,4}(?:/[^\\s"<>|()]*[^\\s"<>|.!?(){},-])?'),
  rule('(?:[a-z]+\\.)+(?:com|net|org|edu)(?:/[^\\s"<>|()]*[^\\s"<>|.!?(){},-])?', {
    exactCase: true,
  }),
  rule("[a-z0-9._%+-]+@[a-z0-9][a-z0-9.-]*[a-z0-9]"),
  rule("@[a-z_][a-z_0-9]*"),
  rule(`#${LETTER}(?:${ALPHANUMERIC}|_)*`),
];

const clitics = [rule(CLITIC, { before: NOT_LATIN_LETTER }), rule("n't")];

const FRACTIONS: Readonly<Record<string, string>> = {
  "¼": "1/4",
  "½": "1/2",
  "¾": "3/4",
  "⅓": "1/3",
  "⅔": "2/3",
};

const numbers = [
  rule("\\d{1,2}[-/]\\d{1,2}[-/]\\d{2,4}"),
  rule("[-+]?(?:\\d+(?:[.:,]\\d+)*|[.,]\\d+(?:[.:,]\\d+)*)"),
  rule("\\d{1,4}[/\\u2044]\\d{1,4}"),
  rule("[¼½¾⅓⅔]", { output: (text) => FRACTIONS[text] ?? text }),
  // The Treebank of 1992 has cents, and # for pounds; all other currencies become a dollar.
  rule("[A-Z]*\\$|#", { exactCase: true }),
  rule("¢", { output: "cents" }),
  rule("£", { output: "#" }),
  rule("[¤€\\u20A0]", { output: "$" }),
];

const compounds = [
  rule("-(?:LRB|RRB|LCB|RCB|LSB|RSB)-|pro-|anti-"),
  rule("[a-z0-9]+(?:-[a-z]+){0,2}(?:/[a-z0-9]+(?:-[a-z]+){0,2}){1,2}"),
];

const ABBREVIATIONS = [
  "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mon|Tues?|Wed|Thu|Thurs|Fri",
  "Ala|Ariz|Calif|Colo|Conn|Dak|Fla|Ga|Ind|Kans?|Ky|Md|Mich|Minn|Mo|Mont|Neb|Nev|Okla",
  "Penn|Tenn|Va|Vt|Wisc?|Wyo",
  "Inc|Cos?|Corp|Pp?tys?|Ltd|Plc|Bancorp|Dept|Bhd|Assn|Univ|Intl|Sys",
  "Invt|Elec|Natl|M[ft]g|tel|est|ext|sq|ft|etc|al|seq",
  "Mr|Mrs|Ms|Drs?|Profs?|Sens?|Reps?|Attys?|Lt|Col|Gen|Messrs|Govs?|Adm|Rev|Maj|Sgt|Cpl|Pvt",
  "Mt|Capt|Ste?|Ave|Pres|Lieut|Hon|Brig|Co?mdr|Pfc|Spc|Supts?|Det",
  "Jr|Sr|Bros|(?:Ed|Ph)\\.D|Blvd|Rd|Esq|Ph|vs|Alex|Wm|Jos|Cie|cf|TREAS",
].join("|");

const ACRONYM = "[a-z](?:\\.[a-z])+";

const abbreviations = [
  rule(`(?:${ACRONYM}|[a-z]|${ABBREVIATIONS})\\.`),
  // Abbreviations only when capitalised; common words otherwise.
  rule("(?:Miss|Ill|Ore|Wash|Mass|Ark|La|Del|Pa|Tex)\\.", { exactCase: true }),
  rule("(?:nos?|figs?|prop|ca|pp|approx|arts?|sect?s?)\\.", { before: "\\s?\\d" }),
  rule(ACRONYM, { before: SPACE }),
  rule("'\\d\\d", { before: SPACE }),
  rule(`${WORD}\\.`, { before: INSIDE_SENTENCE }),
];

const punctuation = [
  rule('"', { output: "''" }),
  rule("[<>]?[:;=][-o*']?[()DPO\\\\{@|[\\]]", { before: "[^A-Za-z0-9]", output: escapeBrackets }),
  rule("[()[\\]{}]", { output: escapeBrackets }),
  rule("-{3,4}|[\\u0096\\u0097\\u2013-\\u2015]", { output: "--" }),
  rule("-+"),
  rule("\\.{3,}|[\\u0085\\u2026]", { output: "..." }),
  rule("@+|#+|_+|\\*+|=+|[?!]+|[,;:./]"),
];

const hyphenated = [
  rule("[a-z0-9][a-z0-9.,]*(?:-[a-z0-9]+)+"),
  rule(
    `(?:[dol]'${ALPHANUMERIC})?${ALPHANUMERIC}+(?:${HYPHEN}(?:[dol]'${ALPHANUMERIC})?${ALPHANUMERIC}+)*`,
  ),
  rule("[A-Z]+(?:[+&][A-Z]+)+", { exactCase: true }),
];

/** Quotes come before clitics: in 'summer days' the s is not a clitic. */
const quotes = [rule("'", { before: `${LETTER}\\S` }), rule("'{1,2}|`{1,2}"), rule(CLITIC)];

// Any other symbol of the Basic Multilingual Plane is a token; Stanford drops the rest (emoji).
const symbols = [rule("(?![\\u{10000}-\\u{10FFFF}])[\\p{S}\\p{P}\\p{No}]")];

/** The rules, in the order of precedence among matches of equal length. */
export const rules: readonly Rule[] = [
  ...assimilations,
  ...words,
  ...apostropheWords,
  ...addresses,
  ...clitics,
  ...numbers,
  ...compounds,
  ...abbreviations,
  ...punctuation,
  ...hyphenated,
  ...quotes,
  ...symbols,
];

const BRACKET_NAMES: Readonly<Record<string, string>> = {
  "(": "-LRB-",
  ")": "-RRB-",
  "[": "-LSB-",
  "]": "-RSB-",
  "{": "-LCB-",
  "}": "-RCB-",
};

function escapeBrackets(text: string): string {
  // In a smiley only round brackets are escaped.
  const escaped = text.length === 1 ? /[()[\]{}]/gu : /[()]/gu;
  return text.replace(escaped, (bracket) => BRACKET_NAMES[bracket] ?? bracket);
}
