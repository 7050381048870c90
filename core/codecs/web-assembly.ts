/** The imports of a WebAssembly module: module name, then function name. */
export type Imports = Record<string, Record<string, (...values: number[]) => unknown>>;

/** What is used of a `WebAssembly.Instance`, which `core` has no types for. */
export interface Instance {
  readonly exports: object;
}

/** Makes a new instance of one compiled module. */
export type Instantiate = (imports: Imports) => Promise<Instance>;
