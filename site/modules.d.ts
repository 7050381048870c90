// What wrangler turns an imported file into: see "rules" in wrangler.toml.

// The review page's scripts, which the Worker serves as text.
declare module "*/api.js" {
  const text: string;
  export default text;
}

declare module "*/card.js" {
  const text: string;
  export default text;
}

declare module "*/threshold.js" {
  const text: string;
  export default text;
}
