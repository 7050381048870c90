import { setTimeout as pause } from "node:timers/promises";
import { noAnswer } from "../../no-answer.ts";
import { exampleNames, examplePicture } from "../../pictures.ts";
import { pick } from "../../turns.ts";
import type { Attacks, Battlefield } from "../attack.ts";
import { outcomeOf } from "../exchange.ts";
import { json } from "../ways.ts";

const atOnce = 24;

/** Many at once, most of which go away midway: by URL, by upload, and in the lines of batches. */
export async function crowds(): Promise<Attacks> {
  const pictures = await Promise.all(exampleNames.map(examplePicture));
  return (n) => ({
    kind: `${atOnce} at once, most of which go away`,
    what: String(n),
    right: /^all proper$/,
    async send(field) {
      const requests = Array.from({ length: atOnce }, (_, one) => {
        return leave(field, n * atOnce + one, pick(pictures, one));
      });
      const outcomes = await Promise.all(requests);
      const wrong = outcomes.filter(
        (outcome) => !/^(left|200|503 overloaded|504 timeout)$/.test(outcome),
      );
      return wrong.length === 0 ? "all proper" : wrong.join(", ");
    },
  });
}

/** Goes away after up to two seconds; every fourth one stays. */
async function leave({ service, origin }: Battlefield, n: number, body: Uint8Array<ArrayBuffer>) {
  const leaving = new AbortController();
  const stays = n % 4 === 3;
  const milliseconds = stays ? 80_000 : (n * 271) % 2000;
  void pause(milliseconds, undefined, { signal: leaving.signal, ref: false }).then(
    () => leaving.abort(),
    () => undefined,
  );
  try {
    const [path, init] = requestOf(n, origin, body);
    const response = await fetch(service.url + path, { ...init, signal: leaving.signal });
    return outcomeOf(response.status, response.headers, await response.text());
  } catch (error) {
    if (leaving.signal.aborted) return stays ? "hangs" : "left";
    return noAnswer(error);
  } finally {
    leaving.abort();
  }
}

function requestOf(
  n: number,
  origin: string,
  body: Uint8Array<ArrayBuffer>,
): [string, RequestInit] {
  const way = n % 5;
  if (way === 0) return ["/caption", { method: "POST", body }];
  if (way === 1) return [`/caption?url=http://${origin}/slow.jpg?${n}`, {}];
  if (way === 2) return [`/caption?url=http://${origin}/slow.jpg?shared-${n >> 5}`, {}];
  if (way === 3) return [`/caption?url=http://${origin}/cat.jpg?${n}`, {}];
  const urls = [0, 1, 2, 3].map((picture) => `http://${origin}/slow.jpg?${n}-${picture}`);
  return ["/captions", json({ urls })];
}
