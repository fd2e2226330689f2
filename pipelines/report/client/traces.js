// Lists, filters and opens the traces that the page carries as data.
import { byId, dataOf, make, sampleElement } from './elements.js';
import { filteredList, openedItem } from './list-pages.js';

let traces = [];

const textOf = (trace) => {
  trace.all ??= [
    ...[trace.id, trace.query, trace.kind, trace.difficulty, trace.split, trace.writer, ...trace.tools],
    ...trace.messages.map(({ text }) => text),
    ...trace.samples.flatMap(({ parts }) => parts.map(({ text }) => text)),
  ]
    .join('\n')
    .toLowerCase();
  return trace.all;
};

const fits = (trace, { text, tool, ...same }) =>
  (tool === '' || (trace.tools.length === 0 ? tool === 'no call' : trace.tools.includes(tool))) &&
  Object.entries(same).every(([name, value]) => value === '' || trace[name] === value) &&
  text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => textOf(trace).includes(word));

const turn = ({ role, text, tool, error }) =>
  make(
    'div',
    `turn ${role}${error ? ' error' : ''}`,
    make('p', 'who', error ? 'result: an error' : role, ...(tool ? [' of ', make('b', '', tool)] : [])),
    make(role === 'call' || role === 'result' ? 'pre' : 'p', 'said', text),
  );

const content = (trace) => {
  const samples = trace.samples.length > 0 ? trace.samples.map(sampleElement) : ['Nothing: the trace is not used.'];
  const about = `What is trained (marked), by sample${trace.split === 'test' ? '; held out: evaluated on, not trained' : ''}`;
  return make(
    'div',
    'opened',
    make('p', 'who', `${trace.id} · written by ${trace.writer}`),
    ...trace.messages.map(turn),
    make('p', 'about', about),
    ...samples,
  );
};

const row = (trace) => {
  const chips = [...(trace.tools.length > 0 ? trace.tools : ['no call']), trace.kind, trace.difficulty, trace.split];
  const failed = trace.messages.some(({ error }) => error) ? [make('span', 'chip none', 'error')] : [];
  const summary = make(
    'summary',
    '',
    make('span', 'query', trace.query),
    make(
      'span',
      'chips',
      ...chips.map((text, index) => make('span', index < chips.length - 3 ? 'chip tool' : 'chip', text)),
      ...failed,
    ),
  );
  return openedItem(summary, () => content(trace));
};

export const startTraces = () => {
  if (byId('browse-data') === null) return;
  traces = dataOf('browse-data');
  const find = (wanted) => traces.filter((trace) => fits(trace, wanted));
  const fill = filteredList({ prefix: 'browse', what: 'traces', total: traces.length, row, find });
  document.addEventListener('click', ({ target }) => {
    const tool = target.closest('a[data-tool]')?.dataset.tool;
    if (tool !== undefined) fill({ tool });
  });
};
