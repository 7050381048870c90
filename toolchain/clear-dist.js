/**
 * Removes what an earlier `npm run build` emitted: a file that is no longer built must not be packed.
 *
 * @module
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./places.js";

rmSync(join(root, "dist"), { recursive: true, force: true });
