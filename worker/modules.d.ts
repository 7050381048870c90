// What wrangler makes of an imported file: see "rules" in its documentation.

declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}

// For a module that has a `.wasm.d.ts` of its own beside it, which says something else.
declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}
