/**
 * What is known about images, in D1. Lists are handed to D1 as one parameter of JSON, since a query
 * takes no more than 100 parameters.
 *
 * @module
 */

export { recaption, retryFailed } from "./change-many.ts";
export { forget, type Unwanted } from "./forget.ts";
export { exportRows, listImages, statusCounts } from "./list.ts";
export { type Decision, ReviewRefused, review } from "./review.ts";
export { type ImageRow, readImage } from "./rows.ts";
export { addSeen, countNewVisits, findNew } from "./seen.ts";
