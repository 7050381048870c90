// node smoke.cjs FOLDER: exit status 0 if the package in FOLDER loads its native library and multiplies
// two matrices correctly.
const util = require("node:util");

// The package calls these functions, which recent versions of Node no longer have.
Object.assign(util, {
  isNullOrUndefined: (/** @type {unknown} */ value) => value === null || value === undefined,
  isArray: Array.isArray,
});

const tf = require(process.argv[2] ?? "");
const product = tf
  .matMul(
    [
      [1, 2],
      [3, 4],
    ],
    [
      [5, 6],
      [7, 8],
    ],
  )
  .arraySync();
const right = JSON.stringify(product) === "[[19,22],[43,50]]";
if (tf.getBackend() !== "tensorflow" || !right) {
  console.error(`backend ${tf.getBackend()}, product ${JSON.stringify(product)}`);
  process.exit(1);
}
