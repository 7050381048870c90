// Run by `npm run tensorflow`, after the launcher has prepared the library.
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { modules } from "../places.js";

const library = realpathSync(join(modules, "@tensorflow/tfjs-node/deps/lib"));
console.log(`The native TensorFlow library is ready: ${library}`);
