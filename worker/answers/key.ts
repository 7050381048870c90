import type { Manifest } from "../../core/bundle/manifest.ts";
import type { AnswerOptions } from "../caption/options.ts";
import { sha256 } from "../digest.ts";
import type { ServedModel } from "../model.ts";

/** Raised when this code answers differently where picture, options and bundle are the same. */
const answerVersion = 1;

/**
 * What an answer is kept under: everything that it depends on, and nothing else. Not the signature
 * or the key that somebody came with, nor whether the answer is to be text or JSON.
 *
 * It is written as a URL of the service's own host, as the Cache API advises; nothing is ever served
 * under it.
 */
export async function answerKey(
  ownUrl: URL,
  picture: URL,
  options: AnswerOptions,
  { hash, manifest }: ServedModel,
): Promise<string> {
  const parts = [answerVersion, hash, picture.href, normalised(options, manifest)];
  return new URL(`/kept-answers/${await sha256(JSON.stringify(parts))}`, ownUrl.origin).href;
}

/** The same text for all ways of asking for the same. */
function normalised({ search, alternatives, attention }: AnswerOptions, manifest: Manifest) {
  const { beamSize, maximumLength = manifest.maximumLength } = search;
  return [beamSize, maximumLength, alternatives, attention];
}
