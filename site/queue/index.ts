/**
 * Has images captioned. D1 knows what is to be done; messages only wake consumers.
 *
 * @module
 */

export { leastConfidence } from "./captioner.ts";
export { consume } from "./consume.ts";
export { consumeDead } from "./consume-dead.ts";
export { publishTexts } from "./publish.ts";
export { sendDue } from "./send-due.ts";
export { sweepDue } from "./sweep.ts";
export { wake } from "./wake.ts";
