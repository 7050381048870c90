/** Style of the reports of runs, added to the style of all pages. */
export const REPORT_STYLE = `
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.3rem 1.1rem; margin: 1rem 0 0; padding: 0; list-style: none; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 0.75rem; margin: 1.25rem 0; }
.figures dt { color: var(--faint); font-size: 0.85rem; }
.figures dd { margin: 0; }
.figures strong { display: block; font-size: 1.6rem; line-height: 1.3; font-variant-numeric: tabular-nums; }
.figures .faint { font-size: 0.85rem; line-height: 1.3; display: block; }
.key { display: inline-flex; align-items: center; gap: 0.4rem; margin-right: 1.1rem; }
.key::before { content: ""; flex: none; width: 1.5rem; border-top: 0.18rem solid var(--colour); }
.key.dashed::before { border-top-style: dashed; }
.key.dot::before { width: 0.65rem; height: 0.65rem; border: 0; border-radius: 50%; background: var(--colour); }
table caption { text-align: left; color: var(--faint); font-size: 0.85rem; padding-bottom: 0.2rem; }
.properties th { color: var(--faint); font-weight: 400; }
.properties td { overflow-wrap: anywhere; }
.shown { display: grid; grid-template-columns: 14rem minmax(0, 1fr); gap: 0.25rem 1.25rem; padding: 1.25rem 0; border-top: 1px solid var(--line); }
.shown .caption { font-size: 1.15rem; margin-top: 0; line-height: 1.35; }
.shown p { margin-bottom: 0.4rem; }
.shown details { margin-top: 0.5rem; }
.photo { width: 100%; max-width: 14rem; aspect-ratio: 1; background-size: 100% 100%; border-radius: 0.4rem; }
.photo.absent { display: grid; place-items: center; border: 1px dashed var(--line); color: var(--faint); font-size: 0.9rem; }
.timeline { font-size: 0.95rem; width: 100%; }
.timeline th { color: var(--faint); font-weight: 400; font-size: 0.85rem; white-space: nowrap; width: 1%; }
.strip { display: grid; grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr)); gap: 0.6rem; margin: 0.6rem 0 0.8rem; padding: 0; list-style: none; }
.look { display: block; aspect-ratio: 1; background-size: 100% 100%; border-radius: 0.3rem; overflow: hidden; }
.look img { display: block; width: 100%; height: 100%; }
.word { display: block; text-align: center; font-size: 0.95rem; overflow-wrap: anywhere; }
.drawn .photo, .drawn .look { image-rendering: pixelated; }
.drawn .look img { image-rendering: auto; }
@media (max-width: 640px) {
  .shown { grid-template-columns: 1fr; }
  .strip { grid-template-columns: repeat(auto-fill, minmax(5.2rem, 1fr)); gap: 0.4rem; }
  .timeline, .timeline tbody, .timeline tr, .timeline th, .timeline td, .timeline caption { display: block; width: auto; }
  .timeline th { border: 0; padding-bottom: 0; }
}
`;
