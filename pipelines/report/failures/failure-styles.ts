/** The look of the failures that can be browsed. */
export const FAILURE_STYLES = `
.pages { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
.pages[hidden] { display: none; }
button:disabled { color: var(--muted); cursor: default; }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 13.5rem), 1fr)); gap: 0.75rem; margin-top: 0.75rem; }
.made { min-width: 0; padding: 0.6rem 0.7rem; border: 1px solid var(--line); border-top: 3px solid var(--miss); border-radius: 5px; }
.made.right { border-top-color: var(--hit); }
.made.gold { border-top-color: var(--ink); }
.made h4 b { color: var(--ink); }
.made pre { max-height: 18rem; overflow: auto; padding: 0.5rem 0.6rem; }
.made mark { color: var(--ink); background: color-mix(in srgb, var(--miss) 24%, transparent); box-shadow: 0 2px 0 var(--miss); border-radius: 2px; -webkit-box-decoration-break: clone; box-decoration-break: clone; }
.made .note { font-size: 0.8rem; overflow-wrap: anywhere; }
.scores { line-height: 1.9; }
.ranked { list-style: none; padding: 0; margin: 0.5rem 0 0; font-size: 0.8rem; }
.ranked li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 0.5rem; margin: 0.25rem 0; overflow-wrap: anywhere; }
.ranked .share { color: var(--muted); font-variant-numeric: tabular-nums; }
.bar { grid-column: 1 / -1; height: 3px; border-radius: 2px; background: linear-gradient(to right, var(--hit) var(--share), var(--line) var(--share)); }
`;
