export type Json = Record<string, unknown>;

/** Whether a value is an object with keys. */
export function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A property that is an object, or an empty one. */
export function recordAt(owner: Json, key: string): Json {
  const value = owner[key];
  return isRecord(value) ? value : {};
}
