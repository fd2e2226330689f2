// Lists, filters and opens the traces that the page carries as data.
import { byId, dataOf, make, sampleElement } from './elements.js';
import { pagedList } from './list-pages.js';

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
  const details = make('details', '', summary);
  details.addEventListener('toggle', () => details.children.length === 1 && details.append(content(trace)));
  return make('li', '', details);
};

export const startTraces = () => {
  if (byId('browse-data') === null) return;
  const [form, count] = [byId('browse-filters'), byId('browse-count')];
  traces = dataOf('browse-data');
  const show = pagedList({ list: byId('browse-list'), pager: byId('browse-pages'), row });

  const update = () => {
    const wanted = Object.fromEntries(new FormData(form));
    const found = traces.filter((trace) => fits(trace, wanted));
    show(found);
    count.textContent = `${found.length} of ${traces.length} traces`;
  };

  form.hidden = false;
  form.addEventListener('input', update);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(update));
  document.addEventListener('click', ({ target }) => {
    const tool = target.closest('a[data-tool]')?.dataset.tool;
    if (tool === undefined) return;
    form.reset();
    form.elements.tool.value = tool;
    if (form.elements.tool.selectedIndex < 0) form.elements.tool.value = ''; // none of its traces is in the page
    setTimeout(update);
  });
  update();
};
