/**
 * Removes the output of an earlier `npm run build`, so that no file that is no longer built is packed.
 *
 * @module
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./places.js";

rmSync(join(root, "dist"), { recursive: true, force: true });
