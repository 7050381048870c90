import { exampleNames, examplePicture } from "../pictures.ts";
import { pick } from "../turns.ts";

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
  readonly #url: string;
  readonly #pictures: readonly Uint8Array<ArrayBuffer>[];
  readonly #captions: readonly string[];

  private constructor(
    url: string,
    pictures: readonly Uint8Array<ArrayBuffer>[],
    captions: readonly string[],
  ) {
    this.#url = url;
    this.#pictures = pictures;
    this.#captions = captions;
  }

  /** Learns the right captions while nothing else is asked for. */
  static async learn(url: string): Promise<GoodClient> {
    const pictures = await Promise.all(exampleNames.map(examplePicture));
    const captions: string[] = [];
    for (const body of pictures) {
      const response = await fetch(`${url}/caption`, { method: "POST", body });
      captions.push(((await response.json()) as { caption: string }).caption);
    }
    return new GoodClient(url, pictures, captions);
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
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
    const right = answer === expected;
    const milliseconds = performance.now() - started;
    return { right, tries, milliseconds, ...(right ? {} : { instead: answer }) };
  }

  async #tryOnce(n: number): Promise<string> {
    const signal = AbortSignal.timeout(90_000);
    try {
      const response = await fetch(`${this.#url}/caption`, {
        method: "POST",
        body: pick(this.#pictures, n),
        signal,
      });
      const body = (await response.json()) as { caption?: string; code?: string };
      return body.caption ?? `${response.status} ${body.code}`;
    } catch (error) {
      return signal.aborted ? "hangs" : String(error);
    }
  }
}
