import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CiderD, cider } from "../../metrics/cider.ts";
import { anyCaption, anyImages, words } from "./support.ts";

const documents = [
  [words("a dog runs on the green grass"), words("the dog is running")],
  [words("a cat sits on a red ball"), words("one cat on a ball")],
  [words("two men wait for a bus"), words("men at a bus stop")],
];

describe("CIDEr-D", () => {
  test("is 10 for the only reference, and 0 for a caption without any of its words", () => {
    const scorer = new CiderD(documents);
    expect(
      scorer.score(words("a dog runs on the green grass"), [
        words("a dog runs on the green grass"),
      ]),
    ).toBeCloseTo(10, 12);
    expect(scorer.score(words("purple rain falls"), documents[0] ?? [])).toBe(0);
    expect(scorer.score([], documents[0] ?? [])).toBe(0);
  });

  test("gives no weight to words that every image has", () => {
    const everywhere = [[words("a dog")], [words("a cat")], [words("a bus")]];
    const scorer = new CiderD(everywhere);
    expect(scorer.score(words("a"), [words("a dog")])).toBe(0);
    expect(scorer.score(words("dog"), [words("a dog")])).toBeGreaterThan(0);
  });

  test("gives more weight to rare words", () => {
    const common = [words("dog")];
    const captions = [[words("dog")], [words("dog")], [words("dog")], [words("dog rare")]];
    const scorer = new CiderD(captions);
    const references = [words("dog rare")];
    expect(scorer.score(words("rare"), references)).toBeGreaterThan(
      scorer.score(common[0] ?? [], references),
    );
  });

  test("measures length in bigrams, with a Gaussian of 6", () => {
    // One shared unigram, nothing else: only the length term tells the two candidates apart.
    const scorer = new CiderD([[words("x y")], [words("q")]]);
    const short = scorer.score(words("x"), [words("x")]);
    const long = scorer.score(words("x"), [words("x q q q")]);
    // cosine of x with (x, 3 q), both of weight log 2, times exp(-(0 - 3)² / 72).
    expect(short).toBeCloseTo(10 / 4, 12);
    expect(long).toBeCloseTo((10 / 4) * (1 / Math.sqrt(10)) * Math.exp(-9 / 72), 12);
  });

  test("clips a repeated word", () => {
    const scorer = new CiderD(documents);
    const references = [words("dog grass")];
    const once = scorer.score(words("dog cat"), references);
    const often = scorer.score(words("dog dog"), references);
    expect(often).toBeLessThan(once * Math.SQRT2);
  });

  test("uses the document frequencies of given documents", () => {
    const references = [words("a dog waits for a bus")];
    const candidate = words("a dog waits");
    const outside = new CiderD(documents).score(candidate, references);
    const inside = cider([candidate], [references]).corpus;
    expect(inside).toBe(0);
    expect(outside).toBeGreaterThan(0);
  });

  test("scores equal lists of references equally", () => {
    fc.assert(
      fc.property(anyImages, anyCaption, (images, candidate) => {
        const scorer = new CiderD(images.map((image) => image.references));
        const references = images[0]?.references ?? [];
        const first = scorer.score(candidate, references);
        expect(scorer.score(candidate, references)).toBe(first);
        expect(scorer.score(candidate, structuredClone(references))).toBe(first);
      }),
    );
  });

  test("lies in [0, 10] and does not depend on the order of references", () => {
    fc.assert(
      fc.property(anyImages, (images) => {
        const forwards = cider(
          images.map((image) => image.candidate),
          images.map((image) => image.references),
        );
        const turned = images.toReversed();
        const backwards = cider(
          turned.map((image) => image.candidate),
          turned.map((image) => image.references.toReversed()),
        );
        expect(backwards.corpus).toBeCloseTo(forwards.corpus, 9);
        for (const score of forwards.perImage) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(10 + 1e-9);
        }
      }),
    );
  });

  test("agrees with its formula, written out over all n-grams", () => {
    fc.assert(
      fc.property(anyImages, (images) => {
        const references = images.map((image) => image.references);
        const scorer = new CiderD(references);
        for (const image of images) {
          expect(scorer.score(image.candidate, image.references)).toBeCloseTo(
            byFormula(image.candidate, image.references, references),
            9,
          );
        }
      }),
      { numRuns: 50 },
    );
  });
});

/** The paper's equations with vectors over every n-gram there is: slow, and plain to read. */
function byFormula(candidate: string[], references: string[][], documents: string[][][]): number {
  let total = 0;
  for (const order of [1, 2, 3, 4]) {
    const ngrams = (caption: string[]) =>
      caption.flatMap((_, at) => {
        const ngram = caption.slice(at, at + order);
        return ngram.length === order ? [ngram.join(" ")] : [];
      });
    const all = [...new Set([candidate, ...references, ...documents.flat()].flatMap(ngrams))];
    const idf = all.map((ngram) => {
      const having = documents.filter((captions) => captions.flatMap(ngrams).includes(ngram));
      return Math.log(documents.length / Math.max(1, having.length));
    });
    const vector = (caption: string[]) =>
      all.map(
        (ngram, at) => ngrams(caption).filter((other) => other === ngram).length * (idf[at] ?? 0),
      );
    const length = (numbers: number[]) => Math.hypot(...numbers);
    const own = vector(candidate);
    for (const reference of references) {
      const other = vector(reference);
      const clipped = own.reduce(
        (sum, w, at) => sum + Math.min(w, other[at] ?? 0) * (other[at] ?? 0),
        0,
      );
      const gap = Math.max(0, candidate.length - 1) - Math.max(0, reference.length - 1);
      const norm = length(own) * length(other);
      if (norm > 0) total += (clipped / norm) * Math.exp(-(gap ** 2) / 72);
    }
  }
  return (10 * total) / 4 / references.length;
}
