/** Style of inspections, added to the style of all pages. */
export const INSPECTION_STYLE = `
.finding { margin: 0.5rem 0; padding: 0.6rem 0.9rem; border: 1px solid var(--line); border-left: 0.3rem solid var(--mark); border-radius: 0.4rem; background: var(--raised); }
.finding.error { --mark: var(--wrong); }
.finding.warning { --mark: var(--warning); }
.finding.note { --mark: var(--line); }
.finding summary { display: flex; gap: 0.8rem; align-items: baseline; }
.finding summary::before { content: "+"; color: var(--faint); width: 0.7rem; }
.finding[open] summary::before { content: "\\2212"; }
.finding .count { min-width: 4.5rem; text-align: right; font-weight: 600; font-variant-numeric: tabular-nums; }
.finding ul { margin: 0.5rem 0; padding: 0; list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 0.6rem 1.2rem; font-size: 0.92rem; }
.finding ul.words { grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); gap: 0.15rem 1.2rem; max-height: 24rem; overflow-y: auto; }
.finding li { display: flex; flex-wrap: wrap; gap: 0.3rem 0.7rem; align-items: start; }
.finding li span { flex: 1 1 9rem; min-width: 0; overflow-wrap: anywhere; }
.finding li img { width: 5rem; height: 5rem; object-fit: cover; border-radius: 0.3rem; }
`;
