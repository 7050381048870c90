/** The imports of a WebAssembly module: module name, then function name. */
export type Imports = Record<string, Record<string, (...values: number[]) => unknown>>;

/** The part of `WebAssembly.Instance` that is used; `core` has no types for it. */
export interface Instance {
  readonly exports: object;
}

/** Creates a new instance of a compiled module. */
export type Instantiate = (imports: Imports) => Promise<Instance>;
