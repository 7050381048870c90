import { setTimeout as pause } from "node:timers/promises";
import { EXAMPLE_NAMES, exampleImage } from "../../../images.ts";
import { noAnswer } from "../../no-answer.ts";
import { pick } from "../../turns.ts";
import type { Attacks, Battlefield } from "../attack.ts";
import { outcomeOf } from "../exchange.ts";
import { json } from "../ways.ts";

const CROWD = 24;

/** Sends many requests at once, by URL, upload and batch; most clients disconnect before the answer. */
export async function crowds(): Promise<Attacks> {
  const images = await Promise.all(EXAMPLE_NAMES.map(exampleImage));
  return (n) => ({
    kind: `${CROWD} requests at once, most of which disconnect`,
    what: String(n),
    right: /^all proper$/,
    async send(field) {
      const requests = Array.from({ length: CROWD }, (_, one) => {
        return sendAndLeave(field, n * CROWD + one, pick(images, one));
      });
      const outcomes = await Promise.all(requests);
      const wrong = outcomes.filter(
        (outcome) => !/^(left|200|503 overloaded|504 timeout)$/.test(outcome),
      );
      return wrong.length === 0 ? "all proper" : wrong.join(", ");
    },
  });
}

/** Sends a request and disconnects within two seconds; every fourth one waits for its answer. */
async function sendAndLeave(
  { service, origin }: Battlefield,
  n: number,
  body: Uint8Array<ArrayBuffer>,
) {
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
  // Groups of 32 consecutive requests share one download.
  if (way === 2) return [`/caption?url=http://${origin}/slow.jpg?shared-${n >> 5}`, {}];
  if (way === 3) return [`/caption?url=http://${origin}/cat.jpg?${n}`, {}];
  const urls = [0, 1, 2, 3].map((image) => `http://${origin}/slow.jpg?${n}-${image}`);
  return ["/captions", json({ urls })];
}
