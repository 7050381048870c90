import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tokenizeCaption, treebankTokens } from "../../metrics/ptb-tokenizer.ts";

/** Captions with their tokens from PTBTokenizer -lowerCase, without those that coco-caption drops. */
const captions: Record<string, [caption: string, tokens: string][]> = {
  "plain captions": [
    ["A dog runs across the field .", "a dog runs across the field"],
    ["Two men,one on a bike, wait.", "two men one on a bike wait"],
    ["  A   dog\truns\n", "a dog runs"],
    ["", ""],
    [" . , ; : ! ? - -- ... ' \" ` `` '' ", ""],
    // The original writes each caption as a line of a file, with a space in place of a line break.
    ["a dog\nruns\r\n\nfar", "a dog runs far"],
  ],
  contractions: [
    ["It's a dog", "it 's a dog"],
    ["they don't, can't and won't", "they do n't ca n't and wo n't"],
    [
      "I'm sure you're what we've said they'll be",
      "i 'm sure you 're what we 've said they 'll be",
    ],
    ["he'd run", "he 'd run"],
    ["he cannot gonna wanna gotta gimme lemme", "he can not gon na wan na got ta gim me lem me"],
    ["'Tis what 'twas", "'t is what 't was"],
    ["SHE'S HERE, DON'T", "she 's here do n't"],
    ["it’s a dog that isn’t", "it 's a dog that is n't"],
    ["cannot. Gonna! gotta", "can not gon na got ta"],
    ["I'd've said couldn't've", "i 'd 've said could n't 've"],
    ["'s n't 'S", "'s n't 's"],
    ["dont cant", "dont cant"],
    ["what they're like: YOU'RE", "what they 're like you 're"],
  ],
  possessives: [
    ["the dog's ball", "the dog 's ball"],
    ["the boys' ball", "the boys ball"],
    ["a merry-go-round's horse", "a merry-go-round 's horse"],
    ["already split : the dog 's ball", "already split the dog 's ball"],
    ["at the dog's", "at the dog 's"],
  ],
  "apostrophes inside words": [
    ["rock 'n' roll at two o'clock", "rock 'n' roll at two o'clock"],
    ["ma'am in O'Malley's", "ma'am in o'malley 's"],
    ["y'all see 'em 'til the '90s", "y' all see 'em 'til the '90s"],
    ["s'mores by a nor'easter", "s'mores by a nor'easter"],
  ],
  quotes: [
    ['a sign that says "stop"', "a sign that says stop"],
    ["a sign that says “stop” and ‘go’", "a sign that says stop and go"],
    ["a sign that says 'summer red days'", "a sign that says summer red days"],
    ["``I like'' it", "i like it"],
    ["«stop»", "stop"],
  ],
  hyphens: [
    ["a black-and-white T-shirt", "a black-and-white t-shirt"],
    ["a dog - brown -- runs --- away ---- .", "a dog brown runs away"],
    ["a dog – brown — runs―away", "a dog brown runs away"],
    ["a dog -brown", "a dog brown"],
    ["a 3-4 year-old 4x4 mp3", "a 3-4 year-old 4x4 mp3"],
  ],
  abbreviations: [
    ["Mr. Smith and St. Bernard Jr. wait", "mr. smith and st. bernard jr. wait"],
    ["in the U.S. at 5 p.m. in S.C.U.B.A. gear", "in the u.s. at 5 p.m. in s.c.u.b.a. gear"],
    ["made by a Corp.", "made by a corp."],
    ["wash. Wash. a miss. Miss. Smith", "wash wash. a miss miss. smith"],
    ["player no. 5 says no.", "player no. 5 says no"],
    ["the letter s.", "the letter s."],
    ["dogs etc., cats", "dogs etc. cats"],
    ["in D.C", "in d.c"],
  ],
  numbers: [
    ["1,000.50 and 12:30 and .5 and -3", "1,000.50 and 12:30 and .5 and -3"],
    // The lexer's NUM lets a number begin with a comma.
    ["1,2,3 dogs, 10,00 cats,5", "1,2,3 dogs 10,00 cats ,5"],
    ["1/2 and ½ of 12/25/2010", "1/2 and 1/2 of 12/25/2010"],
    ["a 3.5-inch 1,000-year 3rd 1950s", "a 3.5-inch 1,000-year 3rd 1950s"],
    ["player #23", "player # 23"],
    ["6'2\" tall", "6 2 tall"],
  ],
  currency: [
    ["$5 US$10 5$", "$ 5 us$ 10 5 $"],
    ["£5 €5 5¢ ¥5", "# 5 $ 5 5 cents ¥ 5"],
    ["40% off", "40 % off"],
  ],
  brackets: [
    // Not dropped: the list has upper case, and the tokens are compared with it in lower case.
    ["a dog (brown) [old] {wet}", "a dog -lrb- brown -rrb- -lsb- old -rsb- -lcb- wet -rcb-"],
    ["already split -LRB- brown -RRB-", "already split -lrb- brown -rrb-"],
    ["1 < 2 > 0", "1 < 2 > 0"],
    ["smile :) ;-( .", "smile :-rrb- ;--lrb-"],
  ],
  "runs of punctuation": [
    ["wow!! what?! no....", "wow !! what ?! no"],
    ["wait…what", "wait what"],
    ["dog...cat ... bird .. . .", "dog cat bird"],
    ["a dog.The cat", "a dog the cat"],
    ["no.. yes", "no yes"],
    ["-----", "-----"],
  ],
  symbols: [
    ["AT&T sells R&B&X to you & me", "at&t sells r&b&x to you & me"],
    ["black&white", "black & white"],
    ["salt &amp; pepper &quot;hot&quot;", "salt & pepper hot"],
    ["and/or he/she/it", "and/or he/she/it"],
    ["a / b * c = d", "a / b * c = d"],
    ["•wine ☺", "• wine ☺"],
    ["a 😀 dog\u200b runs", "a dog runs"],
  ],
  addresses: [
    [
      "see statefarm.com or http://example.org/a_b?c=d.",
      "see statefarm.com or http://example.org/a_b?c=d",
    ],
    ["www.Example.com, a.b@example.com", "www.example.com a.b@example.com"],
    ["@some_one likes #dogs", "@some_one likes #dogs"],
  ],
  "other alphabets": [
    ["Café NAÏVE señor", "café naïve señor"],
    ["собака бежит", "собака бежит"],
    ["ship\u00ADping", "shipping"],
  ],
};

describe("tokens of captions as coco-caption sees them", () => {
  for (const [kind, table] of Object.entries(captions)) {
    test.each(table)(`${kind}: %s`, (caption, tokens) => {
      expect(tokenizeCaption(caption).join(" ")).toBe(tokens);
    });
  }
});

describe("Stanford's own examples are split as published, with punctuation and in their case:", () => {
  // From the lexer's published tests, except that opening quotes are '' too: both kinds are dropped.
  test.each([
    ["This is a sentence.", "This is a sentence ."],
    ["Gimme a phone, I'm gonna call.", "Gim me a phone , I 'm gon na call ."],
    [
      '"John & Mary\'s dog," Jane thought (to herself).',
      "'' John & Mary 's dog , '' Jane thought -LRB- to herself -RRB- .",
    ],
    ["What a #$%!", "What a # $ % !"],
    ["I said at 4:45pm.", "I said at 4:45 pm ."],
    ["I don't --- think so...,", "I do n't -- think so ... ,"],
    ["You should've paid only$16.75.", "You should 've paid only $ 16.75 ."],
    [
      "1. Buy a new Chevrolet (37%-owned in the U.S..) . 15%",
      "1 . Buy a new Chevrolet -LRB- 37 % - owned in the U.S. . -RRB- . 15 %",
    ],
    ["No. I like No. 24 and no.47.", "No . I like No. 24 and no. 47 ."],
    ["(ca. 1300 – ca. 300 BC).", "-LRB- ca. 1300 -- ca. 300 BC -RRB- ."],
    ["This is one: http://google.com.", "This is one : http://google.com ."],
    ["Indo\u00ADnesian ship\u00ADping", "Indonesian shipping"],
  ])("%s", (text, tokens) => {
    expect(treebankTokens(text).join(" ")).toBe(tokens);
  });
});

describe("any text", () => {
  test("gives lower-case tokens without white space and without punctuation", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        for (const token of tokenizeCaption(text)) {
          expect(token).toMatch(/^\S+$/u);
          expect(token).toBe(token.toLowerCase());
          expect(["", ".", ",", "''", "--", "...", "!", "?", ":", ";"]).not.toContain(token);
        }
      }),
    );
  });

  test("made of plain words is split into these words", () => {
    // Without a, e, i and o no word is an abbreviation, or one that the Penn Treebank splits in two.
    const word = fc.stringMatching(/^[b-df-hj-np-tv-z]{4,9}$/);
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        expect(tokenizeCaption(`${words.join(" ")} .`)).toEqual(words);
        expect(tokenizeCaption(words.join(", "))).toEqual(words);
      }),
    );
  });

  test.each(["a", "'", "a-", "a.", "ab.", "a@b", "1,", "-", "can't"])(
    "of 12,000 characters of %s takes seconds at most",
    (unit) => {
      const text = unit.repeat(12_000 / unit.length);
      const start = performance.now();
      expect(tokenizeCaption(text).join("").length).toBeLessThanOrEqual(text.length);
      expect(performance.now() - start).toBeLessThan(5_000);
    },
  );
});
