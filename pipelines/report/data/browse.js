// Lists, filters and opens the traces that the page carries as data. All of them are text that servers and models wrote: it only ever becomes text.
(() => {
  const byId = (id) => document.getElementById(id);
  const [form, list, count, more] = ['browse-filters', 'browse-list', 'browse-count', 'browse-more'].map(byId);
  const traces = JSON.parse(byId('browse-data').textContent);
  const PAGE = 40;
  let found = [];

  const make = (tag, className, ...children) => {
    const element = document.createElement(tag);
    element.className = className;
    element.append(...children);
    return element;
  };

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

  const sample = ({ task, tool, parts }) =>
    make(
      'div',
      'sample',
      make('p', 'who', tool ? `${task} of ${tool}` : task),
      make('pre', '', ...parts.map(({ text, train }) => make(train ? 'mark' : 'span', '', text))),
    );

  const content = (trace) => {
    const samples = trace.samples.length > 0 ? trace.samples.map(sample) : ['Nothing: the trace is not used.'];
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

  const showMore = () => {
    const start = list.children.length;
    list.append(...found.slice(start, start + PAGE).map(row));
    more.hidden = list.children.length === found.length;
    more.textContent = `Show more (${found.length - list.children.length} left)`;
    return list.children[start]?.querySelector('summary');
  };

  const update = () => {
    const wanted = Object.fromEntries(new FormData(form));
    found = traces.filter((trace) => fits(trace, wanted));
    list.replaceChildren();
    showMore();
    count.textContent = `${found.length} of ${traces.length} traces`;
  };

  form.hidden = false;
  form.addEventListener('input', update);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(update));
  more.addEventListener('click', () => showMore()?.focus());
  document.addEventListener('click', ({ target }) => {
    const tool = target.closest('a[data-tool]')?.dataset.tool;
    if (tool === undefined) return;
    form.reset();
    form.elements.tool.value = tool;
    if (form.elements.tool.selectedIndex < 0) form.elements.tool.value = ''; // none of its traces is in the page
    setTimeout(update);
  });
  update();
})();
