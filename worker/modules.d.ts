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

declare module "*.html" {
  const text: string;
  export default text;
}

declare module "*.css" {
  const text: string;
  export default text;
}

declare module "*.svg" {
  const text: string;
  export default text;
}

// The demo page's own scripts, which are served, not run.
declare module "*/site/attention.js" {
  const text: string;
  export default text;
}

declare module "*/site/elements.js" {
  const text: string;
  export default text;
}

declare module "*/site/page.js" {
  const text: string;
  export default text;
}

declare module "*/site/result.js" {
  const text: string;
  export default text;
}

declare module "*/site/service.js" {
  const text: string;
  export default text;
}

declare module "*.jpg" {
  const bytes: ArrayBuffer;
  export default bytes;
}
