import { type Dataset, type FaultKind, faultKinds } from "../../dataset.ts";
import type { Finding } from "../inspection.ts";
import { finding } from "./finding.ts";
import type { FindingCode } from "./kinds.ts";

const codes: Readonly<Record<FaultKind, FindingCode>> = {
  [faultKinds.malformedId]: "malformed_id",
  [faultKinds.malformedLine]: "malformed_line",
  [faultKinds.mendedLine]: "mended_line",
  [faultKinds.emptyCaption]: "empty_caption",
  [faultKinds.missingImage]: "caption_without_image",
  [faultKinds.uncaptionedImage]: "image_without_captions",
  [faultKinds.otherFile]: "other_file",
  [faultKinds.unknownSplit]: "unknown_split",
  [faultKinds.missingTrain]: "missing_from_split",
  [faultKinds.missingValidation]: "missing_from_split",
  [faultKinds.missingTest]: "missing_from_split",
};

/** What was met while the data set was read. */
export function recordedFindings({ faults }: Dataset): Finding[] {
  const byCode = Map.groupBy(faults, ({ kind }) => codes[kind]);
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
