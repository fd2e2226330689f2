// Lists, filters and opens the steps in which a system failed.
import { byId, dataOf, make, sampleElement } from './elements.js';
import { filteredList, openedItem } from './list-pages.js';

let data = { systems: [], titles: {}, errors: {}, cases: [], masks: {} };

const wordsOf = (call) => (call ? [call.tool, ...call.given.flat()] : []);

const wordsIn = (one) => {
  one.all ??= [
    ...[one.id, one.query, ...wordsOf(one.gold)],
    ...one.made.flatMap(({ call, text, why, chosen }) => [chosen, text ?? '', why ?? '', ...wordsOf(call)]),
  ]
    .join('\n')
    .toLowerCase();
  return one.all;
};

/** The failures of a case that the filters ask for. */
const failuresOf = (one, { system, outcome, chosen, error }) =>
  one.made.filter(
    (made) =>
      made.outcome !== 'right' &&
      (system === '' || made.system === Number(system)) &&
      (outcome === '' || made.outcome === outcome) &&
      (chosen === '' || made.chosen === chosen) &&
      (!error || made.errors?.some(({ kind }) => kind === error)),
  );

const restFits = (one, rest) => {
  const isOneRight = one.made.some(({ outcome }) => outcome === 'right');
  return !rest || isOneRight === (rest === 'right');
};

const fitsCase = (one, wanted) =>
  (wanted.wanted === '' || one.wanted === wanted.wanted) &&
  restFits(one, wanted.rest) &&
  failuresOf(one, wanted).length > 0 &&
  wanted.text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => wordsIn(one).includes(word));

const surest = (one, wanted) => Math.max(-1, ...failuresOf(one, wanted).map(({ ranked }) => ranked?.[0]?.[1] ?? -1));

/** Marks what differs from the other call. */
const callElement = (call, other) => {
  if (call === null) return make('pre', 'none', 'no call');
  const same = new Map(other?.given);
  const lines = call.given.flatMap(([name, value]) => [
    '\n',
    name === '' ? '' : `${name}: `,
    make(other && !other.possible && same.get(name) !== value ? 'mark' : 'span', '', value),
  ]);
  return make('pre', '', make(other && other.tool !== call.tool ? 'mark' : 'b', '', call.tool), ...lines);
};

const SCORES = ['selection', 'exact', 'AST', 'schema', 'runs'];

const scoresElement = (scores) =>
  make(
    'p',
    'scores',
    ...SCORES.flatMap((name, at) => {
      if (scores[at] === '-') return [];
      const isRight = scores[at] === '1';
      return [make('span', isRight ? 'chip' : 'chip none', `${isRight ? '✓' : '✗'} ${name}`), ' '];
    }),
  );

const rankedElement = (ranked, wanted) =>
  make(
    'ol',
    'ranked',
    ...ranked.map(([tool, probability]) => {
      const label = make((tool ?? 'respond') === wanted ? 'b' : 'span', '', tool ?? 'no call');
      const bar = make('span', 'bar');
      bar.style.setProperty('--share', `${(100 * probability).toFixed(1)}%`);
      return make('li', '', label, make('span', 'share', `${(100 * probability).toFixed(1)}%`), bar);
    }),
  );

const predictionElement = (made, one) => {
  const call = made.call ?? (made.outcome === 'right' || made.scores[1] === '1' ? one.gold : null);
  const errors = (made.errors ?? []).map(({ parameter, kind }) =>
    make('span', 'chip none', [data.errors[kind] ?? kind, ...(parameter ? [parameter] : [])].join(': ')),
  );
  return make(
    'div',
    `made${made.outcome === 'right' ? ' right' : ''}`,
    make('h4', '', make('b', '', data.systems[made.system]), ` ${data.titles[made.outcome] ?? made.outcome}`),
    made.text === undefined ? callElement(call, one.gold ?? undefined) : make('pre', '', made.text || '(nothing)'),
    scoresElement(made.scores),
    ...(errors.length > 0 ? [make('p', 'chips', ...errors)] : []),
    ...(made.why ? [make('p', 'note', made.why)] : []),
    ...(made.ranked ? [rankedElement(made.ranked, one.wanted)] : []),
  );
};

const caseContent = (one) => {
  const also = one.others > 0 ? [make('p', 'note', `${one.others} other answers would do.`)] : [];
  const masks = data.masks[one.trace];
  return make(
    'div',
    'opened',
    make('p', 'who', one.id),
    make(
      'div',
      'beside',
      make('div', 'made gold', make('h4', '', make('b', '', 'Expected')), callElement(one.gold), ...also),
      ...one.made.map((made) => predictionElement(made, one)),
    ),
    ...(masks
      ? [
          make(
            'p',
            'about',
            'Samples of this trace, what would be trained marked (held out: evaluated on, not trained)',
          ),
        ]
      : []),
    ...(masks ?? []).map(sampleElement),
  );
};

const caseRow = (one) => {
  const summary = make(
    'summary',
    '',
    make('span', 'query', one.query),
    make(
      'span',
      'chips',
      make('span', 'chip tool', one.gold?.tool ?? 'no call'),
      ...one.made.map(({ system, outcome }) =>
        make(
          'span',
          outcome === 'right' ? 'chip' : 'chip none',
          outcome === 'right'
            ? `✓ ${data.systems[system]}`
            : `✗ ${data.systems[system]}: ${(data.titles[outcome] ?? outcome).toLowerCase()}`,
        ),
      ),
    ),
  );
  return openedItem(summary, () => caseContent(one));
};

export const startFailures = () => {
  if (byId('failure-data') === null) return;
  data = dataOf('failure-data');
  const find = (wanted) => {
    const found = data.cases.filter((one) => fitsCase(one, wanted));
    if (wanted.order === 'sure') {
      const sureness = new Map(found.map((one) => [one, surest(one, wanted)]));
      found.sort((a, b) => sureness.get(b) - sureness.get(a));
    }
    return found;
  };
  const fill = filteredList({ prefix: 'failure', what: 'steps', total: data.cases.length, row: caseRow, find });
  // A cell of the confusion matrix, or a mistake in its list.
  document.addEventListener('click', ({ target }) => {
    const link = target.closest('a[data-chosen]');
    if (link === null) return;
    const { system, wanted, chosen } = link.dataset;
    fill({ system: String(data.systems.indexOf(system)), wanted, chosen });
  });
};
