/** The look of the data's part of the page. */
export const DATA_STYLES = `
.notice { padding: 0.6rem 0.9rem; background: var(--soft); border-left: 3px solid var(--hit); border-radius: 0 4px 4px 0; font-size: 0.95rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: 0.75rem; margin: 1.25rem 0; }
.tiles > div { background: var(--soft); border-radius: 6px; padding: 0.7rem 0.9rem 0.75rem; }
.tiles dt { font-size: 0.85rem; }
.tiles dd { margin: 0; font-size: 0.8rem; line-height: 1.35; }
.tiles dd b { display: block; color: var(--ink); font-size: 1.5rem; font-weight: 600; line-height: 1.3; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.heat { display: inline-block; min-width: 3.2rem; padding: 0.05rem 0.45rem; margin-right: -0.45rem; border-radius: 3px; background: color-mix(in srgb, var(--hit) calc(6% + var(--share) * 0.4), transparent); }
.nothing { color: var(--muted); }
.chip { display: inline-block; padding: 0.02rem 0.45rem; margin: 0.1rem 0.1rem 0.1rem 0; border-radius: 999px; background: var(--soft); border: 1px solid var(--line); color: var(--ink); font-size: 0.78rem; white-space: nowrap; max-width: 100%; overflow: hidden; text-overflow: ellipsis; vertical-align: bottom; }
.chip b { font-weight: 600; }
.chip.none { background: color-mix(in srgb, var(--miss) 16%, transparent); border-color: var(--miss); font-weight: 500; }
.chip.tool { background: color-mix(in srgb, var(--hit) 12%, transparent); border-color: color-mix(in srgb, var(--hit) 35%, transparent); }
.gaps { padding-left: 1.1rem; margin: 0.5rem 0 1rem; }
.gaps li { margin: 0.45rem 0; overflow-wrap: anywhere; }
.todo { color: var(--muted); }
.coverage tbody th, .reasons tbody th { white-space: normal; overflow-wrap: anywhere; }
.coverage tbody th { overflow-wrap: break-word; max-width: 14rem; }
.coverage th, .coverage td { vertical-align: top; }
.coverage tbody th { min-width: 9.5rem; }
.coverage .word ~ .word { min-width: 8.5rem; }
.coverage th.word + td.figure, .coverage td.figure { padding-left: 0.3rem; padding-right: 0.3rem; }
.values { margin-bottom: 0.25rem; }
.of { color: var(--muted); font-size: 0.8rem; }
.reasons th { font-weight: 400; }
.reasons small { display: block; color: var(--muted); }
a { color: inherit; text-decoration-color: var(--hit); text-underline-offset: 0.2em; }
.filters { display: flex; flex-wrap: wrap; gap: 0.6rem 0.75rem; align-items: end; margin: 1rem 0; font-size: 0.8rem; }
.filters[hidden] { display: none; }
.filters label { display: grid; gap: 0.15rem; color: var(--muted); }
.filters .search { flex: 1 1 15rem; }
.filters :is(input, select), button { font: inherit; font-size: 0.9rem; color: var(--ink); background: var(--paper); border: 1px solid color-mix(in srgb, var(--muted) 70%, transparent); border-radius: 5px; padding: 0.35rem 0.5rem; max-width: 100%; min-height: 2.2rem; }
.filters select { max-width: 13rem; }
button { cursor: pointer; padding: 0.35rem 0.8rem; }
button:hover { background: var(--soft); }
button[hidden] { display: none; }
.traces { list-style: none; padding: 0; margin: 0.5rem 0 1rem; border-top: 1px solid var(--line); }
.traces details { margin: 0; border-bottom: 1px solid var(--line); }
.traces summary { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.2rem; padding: 0.55rem 0.25rem; font-weight: 400; list-style: none; }
.traces summary::-webkit-details-marker { display: none; }
.traces summary:hover { background: var(--soft); }
.query { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; overflow-wrap: anywhere; }
details[open] > summary .query { -webkit-line-clamp: none; font-weight: 500; }
.chips { display: flex; flex-wrap: wrap; gap: 0.15rem; min-width: 0; }
.opened { padding: 0.25rem 0 1.25rem 0.9rem; margin-left: 0.25rem; border-left: 3px solid var(--line); }
.who { color: var(--muted); font-size: 0.8rem; margin: 0.7rem 0 0.2rem; overflow-wrap: anywhere; }
.who b { color: var(--ink); font-weight: 600; }
.said { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
pre.said, .sample pre { max-height: 22rem; overflow: auto; }
.turn.error pre { border-left: 3px solid var(--miss); }
.about { margin: 1.25rem 0 0; padding-top: 0.75rem; border-top: 1px solid var(--line); font-size: 0.9rem; font-weight: 500; }
.sample pre { color: var(--muted); }
.sample mark { color: var(--ink); background: color-mix(in srgb, var(--hit) 26%, transparent); box-shadow: 0 2px 0 var(--hit); border-radius: 2px; -webkit-box-decoration-break: clone; box-decoration-break: clone; }
@media (max-width: 46rem) {
  .tiles { grid-template-columns: 1fr 1fr; }
  .tiles > :last-child { grid-column: span 2; }
}
@media (max-width: 40rem) {
  .heat { min-width: 2.6rem; }
  .filters label { flex: 1 1 40%; }
  .filters select { max-width: none; width: 100%; }
  .filters .search { flex-basis: 100%; }
}
@media print { .filters, .pages { display: none; } }
`;
