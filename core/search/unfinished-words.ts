/** Words that an English caption cannot end with, because a phrase continues after them. */
const DETERMINERS =
  "a an the his her their its my your our this these those some several many few each every another " +
  "other various two three four five six seven eight nine ten one";
const PREPOSITIONS =
  "in on at of to from for with without by near behind beside over under through into onto across " +
  "along against between during after before above below past towards toward amongst among atop " +
  "underneath beneath like than next front top middle edge side";
const CONJUNCTIONS = "and or but while as that who which whose where when if because so";
const AUXILIARIES =
  "is are was were be been being has have had do does did will would can could may";
const TRANSITIVE_VERBS =
  "wearing wears holding holds carrying carries doing does making makes using uses throwing taking " +
  "having performing wearing getting putting giving trying attempting dressed covered filled " +
  "surrounded made";
const ADJECTIVES =
  "red blue green yellow orange black white brown gray grey pink purple tan blond blonde golden " +
  "silver dark light bright colorful colored multicolored striped plaid small large big little tiny " +
  "huge giant tall short long young old older elderly teenage wooden metal plastic brick snowy snow-covered " +
  "rocky grassy sandy muddy dirty dusty empty busy crowded open narrow steep wide high low deep shallow " +
  "icy frozen hot cold sunny male female asian african bald bearded curly furry fluffy shaggy same " +
  "different very";

const unfinished: ReadonlySet<string> = new Set(
  [DETERMINERS, PREPOSITIONS, CONJUNCTIONS, AUXILIARIES, TRANSITIVE_VERBS, ADJECTIVES].flatMap(
    (words) => words.split(" "),
  ),
);

/** Tells whether a caption that must be short may be cut after a word. */
export function mayEndWith(word: string): boolean {
  return !unfinished.has(word);
}
