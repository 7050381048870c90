import { setTimeout as pause } from "node:timers/promises";
import { CaptionError, type Client, createClient } from "../../client/index.ts";
import { noAnswer } from "../no-answer.ts";
import { exampleNames, examplePicture } from "../pictures.ts";
import { pick } from "../turns.ts";
import { hangMs } from "./exchange.ts";

/** How a good request fared. */
export interface GoodResult {
  readonly right: boolean;
  /** What was answered instead, if it was not right. */
  readonly instead?: string;
  readonly tries: number;
  readonly milliseconds: number;
}

/** Asks for the captions of photographs, which are known. */
export class GoodClient {
  readonly #client: Client;
  readonly #pictures: readonly Uint8Array<ArrayBuffer>[];
  readonly #captions: readonly string[];

  private constructor(
    client: Client,
    pictures: readonly Uint8Array<ArrayBuffer>[],
    captions: readonly string[],
  ) {
    this.#client = client;
    this.#pictures = pictures;
    this.#captions = captions;
  }

  /** Learns the right captions while nothing else is asked for. */
  static async learn(url: string): Promise<GoodClient> {
    const client = createClient({ baseUrl: url });
    const pictures = await Promise.all(exampleNames.map(examplePicture));
    const captions: string[] = [];
    for (const picture of pictures) captions.push((await client.caption(picture)).caption);
    return new GoodClient(client, pictures, captions);
  }

  /** Asks once, and again where there is too much to do. */
  async ask(n: number): Promise<GoodResult> {
    const started = performance.now();
    const expected = pick(this.#captions, n);
    let answer = "";
    let tries = 0;
    while (tries < 20) {
      tries++;
      answer = await this.#tryOnce(n);
      if (!answer.startsWith("503")) break;
      await pause(2000);
    }
    const right = answer === expected;
    const milliseconds = performance.now() - started;
    return { right, tries, milliseconds, ...(right ? {} : { instead: answer }) };
  }

  async #tryOnce(n: number): Promise<string> {
    const signal = AbortSignal.timeout(hangMs);
    try {
      return (await this.#client.caption(pick(this.#pictures, n), { signal })).caption;
    } catch (error) {
      if (error instanceof CaptionError) return `${error.status} ${error.code}`;
      return signal.aborted ? "hangs" : noAnswer(error);
    }
  }
}
