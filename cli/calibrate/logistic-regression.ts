/** A fitted logistic regression: `p = 1 / (1 + exp(-(bias + weights . x)))`. */
interface LogisticFit {
  readonly bias: number;
  readonly weights: readonly number[];
}

/** Newton's method squares its error at each step; from zero a penalised fit needs fewer than ten. */
const MAXIMUM_STEPS = 50;
const TOLERANCE = 1e-10;

/**
 * Fits a logistic regression by Newton's method (iteratively reweighted least squares), exactly.
 *
 * The penalty `penalty / 2 * |weights|^2` leaves the bias free and keeps the Hessian positive
 * definite, also where the classes can be separated. Hastie, Tibshirani, Friedman, "The Elements of
 * Statistical Learning", 2nd edition, section 4.4.
 *
 * @param rows - `[N, D]`, standardised, so that the penalty means the same for every feature.
 * @param outcomes - `[N]`, whether the event happened; both must occur.
 * @param penalty - above zero.
 * @throws {RangeError} where there are not as many outcomes as rows, or all outcomes are equal.
 */
export function fitLogistic(
  rows: readonly (readonly number[])[],
  outcomes: readonly boolean[],
  penalty: number,
): LogisticFit {
  if (rows.length !== outcomes.length) throw new RangeError("each row needs one outcome");
  if (new Set(outcomes).size !== 2) throw new RangeError("both outcomes must occur");
  const inputs = rows.map((row) => Float64Array.of(1, ...row));
  const size = inputs[0]?.length ?? 1;
  const solution = new Float64Array(size);
  for (let step = 0; step < MAXIMUM_STEPS; step++) {
    const { gradient, hessian } = derivatives(inputs, outcomes, solution, penalty);
    const change = solvePositiveDefinite(hessian, gradient);
    const scale = dampedScale(inputs, outcomes, { solution, change, penalty });
    for (let index = 0; index < size; index++) {
      solution[index] = (solution[index] ?? 0) - scale * (change[index] ?? 0);
    }
    if (change.every((value) => Math.abs(value) < TOLERANCE)) break;
  }
  const [bias = 0, ...weights] = solution;
  return { bias, weights };
}

/** Returns the gradient and the Hessian of the penalised negative log-likelihood. */
function derivatives(
  inputs: readonly Float64Array[],
  outcomes: readonly boolean[],
  solution: Float64Array,
  penalty: number,
): { gradient: Float64Array; hessian: Float64Array[] } {
  const size = solution.length;
  const gradient = solution.map((value, index) => (index === 0 ? 0 : penalty * value));
  const hessian = Array.from({ length: size }, (_, row) => {
    const diagonal = new Float64Array(size);
    if (row > 0) diagonal[row] = penalty;
    return diagonal;
  });
  for (const [index, input] of inputs.entries()) {
    const probability = logistic(dot(input, solution));
    const error = probability - (outcomes[index] ? 1 : 0);
    const curvature = probability * (1 - probability);
    for (let row = 0; row < size; row++) {
      const value = input[row] ?? 0;
      gradient[row] = (gradient[row] ?? 0) + error * value;
      const target = hessian[row] ?? new Float64Array();
      for (let column = 0; column < size; column++) {
        target[column] = (target[column] ?? 0) + curvature * value * (input[column] ?? 0);
      }
    }
  }
  return { gradient, hessian };
}

/** Halves a Newton step until it lowers the loss: a full one may overshoot far from the solution. */
function dampedScale(
  inputs: readonly Float64Array[],
  outcomes: readonly boolean[],
  { solution, change, penalty }: { solution: Float64Array; change: Float64Array; penalty: number },
): number {
  const lossAt = (scale: number) => {
    const moved = solution.map((value, index) => value - scale * (change[index] ?? 0));
    return penalisedLoss(inputs, outcomes, moved, penalty);
  };
  const start = lossAt(0);
  let scale = 1;
  while (scale > 1e-6 && lossAt(scale) > start) scale /= 2;
  return scale;
}

function penalisedLoss(
  inputs: readonly Float64Array[],
  outcomes: readonly boolean[],
  solution: Float64Array,
  penalty: number,
): number {
  let loss = 0;
  for (const [index, input] of inputs.entries()) {
    const score = dot(input, solution);
    loss += softplus(outcomes[index] ? -score : score);
  }
  const squares = solution.reduce((sum, value, index) => sum + (index === 0 ? 0 : value ** 2), 0);
  return loss + (penalty / 2) * squares;
}

/** Solves `A x = b` by Cholesky's decomposition of a symmetric positive definite `A`. */
function solvePositiveDefinite(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const size = right.length;
  const lower = Array.from({ length: size }, () => new Float64Array(size));
  const at = (row: number, column: number) => lower[row]?.[column] ?? 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = matrix[row]?.[column] ?? 0;
      for (let index = 0; index < column; index++) sum -= at(row, index) * at(column, index);
      const target = lower[row] ?? new Float64Array();
      target[column] = row === column ? Math.sqrt(sum) : sum / at(column, column);
    }
  }
  const solution = Float64Array.from(right);
  for (let row = 0; row < size; row++) {
    let sum = solution[row] ?? 0;
    for (let index = 0; index < row; index++) sum -= at(row, index) * (solution[index] ?? 0);
    solution[row] = sum / at(row, row);
  }
  for (let row = size - 1; row >= 0; row--) {
    let sum = solution[row] ?? 0;
    for (let index = row + 1; index < size; index++) sum -= at(index, row) * (solution[index] ?? 0);
    solution[row] = sum / at(row, row);
  }
  return solution;
}

function dot(first: Float64Array, second: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < first.length; index++) {
    sum += (first[index] ?? 0) * (second[index] ?? 0);
  }
  return sum;
}

function logistic(score: number): number {
  return 1 / (1 + Math.exp(-score));
}

/** `log(1 + exp(x))` without overflow. */
function softplus(value: number): number {
  return Math.max(0, value) + Math.log1p(Math.exp(-Math.abs(value)));
}
