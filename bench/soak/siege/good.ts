import { setTimeout as pause } from "node:timers/promises";
import { CaptionError, type Client, createClient } from "../../../client/index.ts";
import { EXAMPLE_NAMES, exampleImage } from "../../images.ts";
import { noAnswer } from "../no-answer.ts";
import { pick } from "../turns.ts";
import { HANG_MS } from "./exchange.ts";

/** How a good request ended. */
export interface GoodResult {
  readonly isRight: boolean;
  /** The answer, unless it was right. */
  readonly instead?: string;
  readonly tries: number;
  readonly milliseconds: number;
}

const MAX_TRIES = 20;
const RETRY_MS = 2000;

/** Requests captions of the examples, which it knows, and checks that it gets them. */
export class GoodClient {
  readonly #client: Client;
  readonly #images: readonly Uint8Array<ArrayBuffer>[];
  readonly #captions: readonly string[];

  private constructor(
    client: Client,
    images: readonly Uint8Array<ArrayBuffer>[],
    captions: readonly string[],
  ) {
    this.#client = client;
    this.#images = images;
    this.#captions = captions;
  }

  /** Requests the right captions, before the siege begins. */
  static async learn(url: string): Promise<GoodClient> {
    const client = createClient({ baseUrl: url });
    const images = await Promise.all(EXAMPLE_NAMES.map(exampleImage));
    const captions: string[] = [];
    for (const image of images) captions.push((await client.caption(image)).caption);
    return new GoodClient(client, images, captions);
  }

  /** Requests the caption of example `n`, and again while the answer is 503. */
  async ask(n: number): Promise<GoodResult> {
    const started = performance.now();
    const expected = pick(this.#captions, n);
    let answer = "";
    let tries = 0;
    while (tries < MAX_TRIES) {
      tries++;
      answer = await this.#tryOnce(n);
      if (!answer.startsWith("503")) break;
      await pause(RETRY_MS);
    }
    const isRight = answer === expected;
    const milliseconds = performance.now() - started;
    return { isRight, tries, milliseconds, ...(isRight ? {} : { instead: answer }) };
  }

  async #tryOnce(n: number): Promise<string> {
    const signal = AbortSignal.timeout(HANG_MS);
    try {
      return (await this.#client.caption(pick(this.#images, n), { signal })).caption;
    } catch (error) {
      if (error instanceof CaptionError) return `${error.status} ${error.code}`;
      return signal.aborted ? "hangs" : noAnswer(error);
    }
  }
}
