// What wrangler turns an imported file into: see "rules" in wrangler.toml.

declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}

// Avoids the `.wasm.d.ts` next to the module, which declares something else.
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

// The demo page's scripts, which the Worker serves as text.
declare module "*/attention.js" {
  const text: string;
  export default text;
}

declare module "*/batch.js" {
  const text: string;
  export default text;
}

declare module "*/table-text.js" {
  const text: string;
  export default text;
}

declare module "*/elements.js" {
  const text: string;
  export default text;
}

declare module "*/here.js" {
  const text: string;
  export default text;
}

declare module "*/service-worker.js" {
  const text: string;
  export default text;
}

declare module "*/page.js" {
  const text: string;
  export default text;
}

declare module "*/result.js" {
  const text: string;
  export default text;
}

declare module "*/service.js" {
  const text: string;
  export default text;
}

declare module "*.onnx" {
  const bytes: ArrayBuffer;
  export default bytes;
}

declare module "*.jpg" {
  const bytes: ArrayBuffer;
  export default bytes;
}
