import { type Dataset, FAULT_KINDS, type FaultKind } from "../../dataset.ts";
import type { Finding } from "../inspection.ts";
import { finding } from "./finding.ts";
import type { FindingCode } from "./kinds.ts";

const CODES: Readonly<Record<FaultKind, FindingCode>> = {
  [FAULT_KINDS.malformedId]: "malformed_id",
  [FAULT_KINDS.malformedLine]: "malformed_line",
  [FAULT_KINDS.mendedLine]: "mended_line",
  [FAULT_KINDS.emptyCaption]: "empty_caption",
  [FAULT_KINDS.missingImage]: "caption_without_image",
  [FAULT_KINDS.uncaptionedImage]: "image_without_captions",
  [FAULT_KINDS.otherFile]: "other_file",
  [FAULT_KINDS.unknownSplit]: "unknown_split",
  [FAULT_KINDS.missingTrain]: "missing_from_split",
  [FAULT_KINDS.missingValidation]: "missing_from_split",
  [FAULT_KINDS.missingTest]: "missing_from_split",
};

/** Reports the faults that were counted while the data set was read. */
export function recordedFindings({ faults }: Dataset): Finding[] {
  const byCode = Map.groupBy(faults, ({ kind }) => CODES[kind]);
  return [...byCode].map(([code, ofCode]) => {
    const examples = ofCode.flatMap((fault) => fault.examples);
    const count = ofCode.reduce((sum, fault) => sum + fault.count, 0);
    const isImage = code === "image_without_captions";
    return finding(
      code,
      [...new Set(examples)].map((text) => ({ text, images: isImage ? [text] : [] })),
      { count },
    );
  });
}
