/**
 * The images and their states, in D1. Lists go to D1 as one JSON parameter, since a query takes at most
 * 100 parameters.
 *
 * @module
 */

export { recaption, retryFailed } from "./change-many.ts";
export { forget, type Unwanted } from "./forget.ts";
export { exportRows, listImages, statusCounts } from "./list.ts";
export { addObjects, countNewObjects } from "./objects.ts";
export { type Decision, ReviewRefused, review } from "./review.ts";
export { type ImageRow, readImage } from "./rows.ts";
export { addSeen, countNewVisits, findNew } from "./seen.ts";
