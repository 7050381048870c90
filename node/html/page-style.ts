/**
 * CSS of all pages that commands write: variables for the light and dark schemes, elements, and the
 * shared classes (`.lead`, `.faint`, `.scroll`, `.number`, `.cards`, `.card`, `.plot`).
 *
 * The plots' colours `--series-1` to `--series-4` are distinct in both schemes, also with red-green colour
 * blindness (after Okabe and Ito).
 */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#fbfaf7, #16181b);
  --raised: light-dark(#ffffff, #1e2125);
  --ink: light-dark(#1d2126, #eceae4);
  --faint: light-dark(#5a6068, #a9aeb5);
  --line: light-dark(#dedbd2, #3a3f45);
  --accent: light-dark(#0b5c7a, #7cc7e3);
  --good: light-dark(#1b6b3a, #7fd3a0);
  --warning: light-dark(#8a5300, #f0b35a);
  --wrong: light-dark(#9d1c1c, #ff9d94);
  --series-1: light-dark(#0072b2, #56b4e9);
  --series-2: light-dark(#c24e00, #f0904d);
  --series-3: light-dark(#00785a, #3fc79a);
  --series-4: light-dark(#a0527f, #dd9cc2);
  font-family: system-ui, sans-serif;
  line-height: 1.5;
}
* { box-sizing: border-box; }
body { max-width: 72rem; margin: 0 auto; padding: 1.25rem; background: var(--paper); color: var(--ink); overflow-wrap: break-word; }
h1 { margin: 0; font-size: 1.7rem; line-height: 1.2; }
h2 { margin: 2.5rem 0 0.5rem; font-size: 1.25rem; line-height: 1.3; }
h3 { margin: 1.5rem 0 0.25rem; font-size: 1rem; }
p { margin: 0.4rem 0 0.8rem; max-width: 46rem; }
a { color: var(--accent); }
code, pre, kbd { font-family: ui-monospace, monospace; font-size: 0.9em; }
pre { padding: 0.75rem; border: 1px solid var(--line); border-radius: 0.4rem; overflow-x: auto; }
table { border-collapse: collapse; }
th, td { padding: 0.3rem 0.9rem 0.3rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { font-weight: 600; }
thead th { color: var(--faint); font-size: 0.85rem; }
figure { margin: 1rem 0; }
figcaption { color: var(--faint); font-size: 0.9rem; }
img { max-width: 100%; }
svg { max-width: 100%; height: auto; overflow: visible; }
summary { cursor: pointer; }
:focus-visible { outline: 0.2rem solid var(--accent); outline-offset: 0.15rem; }
.lead, .faint { color: var(--faint); }
.scroll { overflow-x: auto; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 16rem), 1fr)); gap: 1rem; }
.card { padding: 0.9rem; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--raised); }
.plot { margin: 0.75rem 0 1.25rem; }
.plot svg { display: block; max-width: 100%; height: auto; }
.plot .narrow { display: none; }
@media (max-width: 640px) { .plot .wide { display: none; } .plot .narrow { display: block; } }
@media print { body { max-width: none; } }
`;
