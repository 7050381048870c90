/** A neutral noun, and its number. */
export interface NeutralNoun {
  readonly word: string;
  readonly isPlural: boolean;
}

/** Neutral nouns (singular, plural), and the gendered nouns that they replace (singular, plural). */
const NOUNS: readonly (readonly [string, string, string, string])[] = [
  [
    "person",
    "people",
    "man woman guy lady gentleman male female dude",
    "men women guys ladies gentlemen males females dudes",
  ],
  ["child", "children", "boy girl son daughter schoolboy schoolgirl", "boys girls sons daughters"],
  ["parent", "parents", "mother father mom dad mum mommy daddy", "mothers fathers moms dads"],
  ["grandparent", "grandparents", "grandmother grandfather", "grandmothers grandfathers"],
  ["sibling", "siblings", "brother sister", "brothers sisters"],
  ["spouse", "spouses", "husband wife", "husbands wives"],
  ["partner", "partners", "boyfriend girlfriend", "boyfriends girlfriends"],
  ["newlywed", "newlyweds", "bride groom", "brides grooms"],
  ["attendant", "attendants", "bridesmaid groomsman", "bridesmaids groomsmen"],
  ["officer", "officers", "policeman policewoman", "policemen policewomen"],
  ["firefighter", "firefighters", "fireman", "firemen"],
  ["fisher", "fishers", "fisherman", "fishermen"],
  ["videographer", "videographers", "cameraman", "cameramen"],
  ["businessperson", "businesspeople", "businessman businesswoman", "businessmen businesswomen"],
  ["salesperson", "salespeople", "salesman saleswoman", "salesmen saleswomen"],
  ["rider", "riders", "cowboy cowgirl", "cowboys cowgirls"],
  ["batter", "batters", "batsman", "batsmen"],
  ["server", "servers", "waiter waitress", "waiters waitresses"],
  ["actor", "actors", "actress", "actresses"],
  ["dancer", "dancers", "ballerina", "ballerinas"],
];

/** The neutral noun for each gendered one. */
export const neutralNouns: ReadonlyMap<string, NeutralNoun> = new Map(
  NOUNS.flatMap(([singular, plural, singulars, plurals]) => [
    ...entries(singulars, { word: singular, isPlural: false }),
    ...entries(plurals, { word: plural, isPlural: true }),
  ]),
);

function entries(gendered: string, neutral: NeutralNoun): [string, NeutralNoun][] {
  return gendered.split(" ").map((noun) => [noun, neutral]);
}

/** The plural of each neutral noun. */
export const pluralOf: ReadonlyMap<string, string> = new Map(
  NOUNS.flatMap(([singular, plural]) => [
    [singular, plural],
    [plural, plural],
  ]),
);

/** Words before a neutral `child` or `children` that make another noun together with it. */
export const nounsOfAge: ReadonlyMap<string, readonly [singular: string, plural: string]> = new Map(
  [
    ["baby", ["baby", "babies"]],
    ["toddler", ["toddler", "toddlers"]],
    ["teen", ["teenager", "teenagers"]],
    ["teenage", ["teenager", "teenagers"]],
    ["teenaged", ["teenager", "teenagers"]],
  ],
);

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(" "));

/** Words after `cowboy` and the like, which then only describes them. */
export const describedByNoun = setOf(
  "hat hats boot boots suit suits shirt shirts uniform uniforms",
);

/** Adjectives of two noun phrases that may be joined. */
export const adjectives = setOf(
  "young younger old older elderly little small tall big smiling happy asian african black white " +
    "blond blonde teenage shirtless other naked barefoot",
);

/** Words that no noun phrase begins with: `her` before one of them is an object. */
export const functionWords = setOf(
  "is are was were has have had be being been do does did will would can could may might must who " +
    "that which while as and or but with without in on at of to from for by near behind beside over " +
    "under through into onto across along around up down off out against between during after " +
    "before above below next past towards toward outside inside together 's",
);

/** Numbers as words, from zero. */
export const COUNTS: readonly string[] = [
  ..."zero one two three four five six seven eight nine ten".split(" "),
];
