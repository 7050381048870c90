import { readFile } from "node:fs/promises";
import { z } from "zod";
import { firstIssue, UserError } from "../../core/errors.ts";
import { systemErrorText } from "../../node/cli/system-errors.ts";

const captionOfImageSchema = z.object({
  image_id: z.union([z.number(), z.string()], { error: "an image_id is a number or a string" }),
  caption: z.string({ error: "a caption is a string" }),
});

/** The part of COCO's captions format that scoring needs. */
export const referencesSchema = z.object(
  {
    annotations: z.array(captionOfImageSchema, {
      error: "expected a list of {image_id, caption} under the key annotations",
    }),
  },
  { error: 'expected {"annotations": [{"image_id", "caption"}]}' },
);

/** COCO's results format. */
export const resultsSchema = z.array(captionOfImageSchema, {
  error: 'expected [{"image_id", "caption"}]',
});

type CaptionOfImage = z.infer<typeof captionOfImageSchema>;

/** An image's result and its references. */
interface ScoredImage {
  /** As text: a number and the same number in quotes are the same id. */
  readonly id: string;
  readonly caption: string;
  readonly references: readonly string[];
}

export interface JoinedCaptions {
  readonly images: readonly ScoredImage[];
  /** Images with references and without a result, which coco-caption does not score either. */
  readonly imagesWithoutResult: number;
}

/**
 * Reads a JSON file in one of COCO's formats.
 *
 * @throws {UserError} `unreadable_file`, `invalid_json`, `invalid_format`
 */
export async function readCocoFile<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(parseJson(path, await readText(path)));
  if (parsed.success) return parsed.data;
  const { place, message } = firstIssue(parsed.error);
  const where = place === "" ? "" : ` at ${place}`;
  throw new UserError("invalid_format", `${path}${where}: ${message}.`);
}

/**
 * Finds each result's references.
 *
 * @throws {UserError} `no_results`, `duplicate_result`, `no_references`
 */
export function joinCaptions(
  annotations: readonly CaptionOfImage[],
  results: readonly CaptionOfImage[],
): JoinedCaptions {
  const references = Map.groupBy(annotations, ({ image_id }) => String(image_id));
  const byImage = Map.groupBy(results, ({ image_id }) => String(image_id));
  if (byImage.size === 0) {
    throw new UserError("no_results", "The file of results has no captions to score.");
  }
  const images = Array.from(byImage, ([id, [result, ...others]]): ScoredImage => {
    const ownReferences = references.get(id);
    if (ownReferences === undefined) {
      throw new UserError(
        "no_references",
        `The result for image ${id} has no references: check that both files belong to the same data set.`,
      );
    }
    if (result === undefined || others.length > 0) {
      throw new UserError(
        "duplicate_result",
        `Image ${id} has ${others.length + 1} results: an image needs exactly one.`,
      );
    }
    return {
      id,
      caption: result.caption,
      references: ownReferences.map(({ caption }) => caption),
    };
  });
  return { images, imagesWithoutResult: references.size - images.length };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new UserError("unreadable_file", `${path} cannot be read: ${systemErrorText(cause)}.`, {
      cause,
    });
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replaceAll(/\s+/g, " ") : "";
    throw new UserError("invalid_json", `${path} is not JSON: ${reason}.`, { cause });
  }
}
