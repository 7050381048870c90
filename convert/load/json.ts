export type Json = Record<string, unknown>;

/** Returns whether a value is an object, and no array. */
export function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns a property that is an object, or an empty object. */
export function recordAt(owner: Json, key: string): Json {
  const value = owner[key];
  return isRecord(value) ? value : {};
}
