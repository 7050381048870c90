import {
  isCallExpression,
  isFunctionDeclaration,
  isIdentifier,
  isNewExpression,
  isStringLiteral,
  isThrowStatement,
  type Node,
} from "typescript/unstable/ast";
import type { Export } from "./exports.ts";

/** Words that end like a verb in the third person but are none. */
const NO_VERBS = /^(?:This|Its|Always|Perhaps|Thus|Options|Values|Images|Words)\b/;

/**
 * A verb in the third person, or "Thrown", with which the doc comment of an error class begins. A word
 * before "of" or "whose" is a plural noun ("Captions of ...").
 */
const VERB = /^(?:[A-Z][a-z-]+s(?! (?:of|whose)\b)|Thrown)\b/;

const TENSOR = /\b(?:Tensor|Float32Array|Float64Array|Uint8Array|Uint8ClampedArray|Int32Array)\b/;
const SHAPE = /`[^`]*\[[^`]*\][^`]*`/;
/** Bytes of a file have no shape, if the parameters or the comment name them as such. */
const BYTES = /\b(?:bytes?|files?|body|chunks?|text|hash|digest|key|secret|signature|json)\b/i;

/**
 * Checks the documentation of an exported function or class.
 *
 * @returns what is missing, one sentence each
 */
export function missingDocs({ name, kind, doc, signature, body }: Export): string[] {
  if (doc === undefined) return [`${name} has no TSDoc`];
  const missing: string[] = [];
  if (!VERB.test(doc) || NO_VERBS.test(doc))
    missing.push(`the TSDoc of ${name} begins without a verb`);
  if (kind === "class") return missing;
  const needsShape = TENSOR.test(signature) && !BYTES.test(`${signature} ${doc}`);
  if (needsShape && !SHAPE.test(doc)) missing.push(`the TSDoc of ${name} names no shape`);
  const codes = body ? thrownCodes(body) : [];
  for (const code of new Set(codes)) {
    const isDocumented = doc.includes("@throws") && (code === undefined || doc.includes(code));
    const what = code === undefined ? "a UserError" : `\`${code}\``;
    if (!isDocumented) missing.push(`the TSDoc of ${name} has no @throws for ${what}`);
  }
  return missing;
}

/** Lists the codes of the `UserError`s in a body: undefined for a code that is not a literal. */
function thrownCodes(body: Node): (string | undefined)[] {
  const codes: (string | undefined)[] = [];
  const visit = (node: Node): void => {
    if (isFunctionDeclaration(node)) return;
    const error = isThrowStatement(node) ? node.expression : undefined;
    if (error && (isNewExpression(error) || isCallExpression(error))) {
      const made = isIdentifier(error.expression) ? error.expression.text : "";
      const code = error.arguments?.[0];
      if (made === "UserError" || made === "imageError") {
        codes.push(code && isStringLiteral(code) ? code.text : undefined);
      }
    }
    node.forEachChild((child) => visit(child));
  };
  visit(body);
  return codes;
}
