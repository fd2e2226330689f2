/** The look of the report, in both themes, from a phone to a desk, and on paper. */
export const STYLES = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1c1e22; --muted: #5b616c; --line: #e2e4e9; --soft: #f5f6f8;
  --hit: #2f6fcf; --miss: #c8621b;
  --system-0: #767d8a; --system-1: #c8621b; --system-2: #2160c4; --system-3: #2d7d46; --system-4: #8646a8; --system-5: #a3335c;
  --kind-0: #2160c4; --kind-1: #c8621b; --kind-2: #2d7d46; --kind-3: #8646a8; --kind-4: #767d8a; --kind-5: #a3335c; --kind-6: #8a6d00; --kind-7: #00797d;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15171b; --ink: #e7e9ed; --muted: #a3a9b5; --line: #2d3138; --soft: #1d2025;
    --hit: #6ea3f5; --miss: #ef9656;
    --system-0: #9aa1ae; --system-1: #ef9656; --system-2: #77a9ff; --system-3: #6cc48a; --system-4: #c794e6; --system-5: #ec86ab;
    --kind-0: #77a9ff; --kind-1: #ef9656; --kind-2: #6cc48a; --kind-3: #c794e6; --kind-4: #9aa1ae; --kind-5: #ec86ab; --kind-6: #d8b840; --kind-7: #5cc6c9;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 52rem; margin: 0 auto; padding: 3rem 1.25rem 5rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 1rem; letter-spacing: -0.015em; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 3.5rem 0 0.75rem; padding-top: 1.25rem; border-top: 1px solid var(--line); letter-spacing: -0.01em; }
h3 { font-size: 1rem; margin: 1.75rem 0 0.5rem; }
h4 { font-size: 0.8rem; font-weight: 500; color: var(--muted); margin: 0 0 0.25rem; }
h3 small { font-weight: 400; color: var(--muted); margin-left: 0.4rem; }
p { margin: 0.5rem 0; }
.lead { font-size: 1.1rem; }
.lead ~ p { color: var(--muted); margin: 0.2rem 0; }
.note, figcaption { color: var(--muted); font-size: 0.9rem; }
figure { margin: 1rem 0 1.5rem; }
figcaption { margin-top: 0.4rem; }
.chart { position: relative; width: 100%; }
.chart > div { width: 100%; height: 100%; }
@media (scripting: none) { .chart { display: none; } .legend button { pointer-events: none; } }
.contents { display: flex; flex-wrap: wrap; gap: 0.25rem 1.1rem; list-style: none; margin: 1.25rem 0 0; padding: 0; font-size: 0.9rem; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0 0 0.5rem; padding: 0; font-size: 0.9rem; }
.legend :is(li, button) { display: flex; align-items: center; gap: 0.45rem; }
.legend button { font: inherit; color: inherit; background: none; border: 1px solid transparent; border-radius: 5px; white-space: nowrap; padding: 0.1rem 0.35rem; margin-left: -0.35rem; min-height: 1.6rem; cursor: pointer; }
.legend button[aria-pressed=false] { text-decoration: line-through; color: var(--muted); }
.legend button[aria-pressed=false] .mark { opacity: 0.3; }
.mark { width: 10px; height: 10px; background: var(--mark); flex: none; }
.mark.circle { border-radius: 50%; }
.mark.diamond { transform: rotate(45deg) scale(0.9); }
.mark.triangle { clip-path: polygon(50% 0, 100% 100%, 0 100%); }
.mark.dashes { width: 14px; height: 2px; clip-path: polygon(0 0, 40% 0, 40% 100%, 60% 100%, 60% 0, 100% 0, 100% 100%, 0 100%); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.scroll { overflow-x: auto; margin: 1rem 0; border-radius: 4px; }
:focus-visible { outline: 2px solid var(--hit); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: 0.88rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--muted); font-size: 0.85rem; padding-bottom: 0.4rem; }
th, td { padding: 0.4rem 0.5rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
thead th { color: var(--muted); font-weight: 500; vertical-align: bottom; white-space: normal; }
tbody th { font-weight: 500; text-align: left; }
th:first-child, td:first-child { padding-left: 0; }
.word { text-align: left; }
td.word { white-space: normal; }
td code { white-space: nowrap; }
.matrix { width: auto; font-size: 0.78rem; }
.matrix th, .matrix td { padding: 0.15rem 0.3rem; }
.matrix td { text-align: center; min-width: 1.7rem; border-left: 1px solid var(--line); }
.matrix thead th { border-left: 1px solid transparent; }
.matrix thead th span { writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; }
.matrix thead th:first-child { white-space: nowrap; font-weight: 400; }
.matrix th:first-child { position: sticky; left: 0; background: var(--paper); text-align: left; padding-right: 0.6rem; }
.matrix td a { display: block; text-decoration: none; }
.matrix .hit { background: color-mix(in srgb, var(--hit) calc(var(--share) * 0.45), transparent); }
.matrix .miss { background: color-mix(in srgb, var(--miss) calc(14% + var(--share) * 0.4), transparent); }
details { margin: 0.75rem 0; }
summary { cursor: pointer; font-weight: 500; padding: 0.25rem 0; }
.mistakes { display: flex; flex-wrap: wrap; gap: 0.2rem 1.5rem; list-style: none; padding: 0; margin: 0.25rem 0; font-size: 0.88rem; }
.curves { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 1.25rem 1.5rem; }
.curves figure { margin: 0; }
.curves h3 { font-size: 0.85rem; font-weight: 500; margin: 0 0 0.2rem; overflow-wrap: anywhere; }
.curves details { position: relative; margin: 0; font-size: 0.8rem; }
.curves h4 { margin-top: 0.4rem; }
.curves figcaption { font-size: 0.8rem; margin-top: 0.1rem; }
pre, code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 0.82rem; }
pre { margin: 0; padding: 0.7rem 0.8rem; background: var(--soft); border-radius: 4px; white-space: pre-wrap; overflow-wrap: anywhere; }
pre.none { color: var(--muted); }
dl { margin: 0.5rem 0; font-size: 0.9rem; }
dt { font-weight: 500; }
dd { margin: 0 0 0.5rem; color: var(--muted); overflow-wrap: anywhere; }
.facts > div { display: grid; grid-template-columns: 14rem 1fr; gap: 0.25rem 1rem; }
.facts dd { margin: 0 0 0.2rem; }
@media (max-width: 40rem) {
  main { padding: 1.75rem 1rem 3rem; }
  h1 { font-size: 1.55rem; }
  h2 { margin-top: 2.5rem; }
  .facts > div { grid-template-columns: 1fr; gap: 0.5rem; }
  .facts > div { gap: 0; }
  .curves { grid-template-columns: 1fr 1fr; gap: 1rem; }
  th, td { padding: 0.4rem 0.35rem; }
  tbody th { white-space: normal; }
  .matrix tbody th { white-space: nowrap; }
}
@media print { details:not([open]) { display: none; } main { max-width: none; } }
`;
