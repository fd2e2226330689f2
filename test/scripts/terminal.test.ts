import { afterEach, expect, test, vi } from 'vitest';
import { drawStages } from '../../scripts/cli/draw-events.ts';
import { printMask } from '../../scripts/cli/print-mask.ts';
import { printStatus } from '../../scripts/cli/print-status.ts';

const ESCAPE = '\u001b]0;owned\u0007';
afterEach(() => vi.restoreAllMocks());

/** All that is written to a stream from now on. */
function capture(stream: NodeJS.WriteStream): string[] {
  const written: string[] = [];
  vi.spyOn(stream, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0);
  return written;
}

test('escape sequences in warnings and notes do not reach the terminal', async () => {
  const written = capture(process.stderr);
  await drawStages(
    [
      {
        title: 'discover',
        async *events() {
          yield { type: 'warning', stage: 'discover', message: `stray: ${ESCAPE}` };
          yield { type: 'done', stage: 'discover', folder: '', counts: { [ESCAPE]: 1 } };
        },
      },
    ],
    { json: false },
  );
  expect(written.join('')).toContain('stray: �]0;owned�');
  expect(written.join('')).not.toContain(ESCAPE);
});

test('a download is told with its size', async () => {
  const written = capture(process.stderr);
  const events = async function* () {
    yield { type: 'download', stage: 'import', what: `a/b@0/x${ESCAPE}`, bytes: 96_000_000 } as const;
  };
  await drawStages([{ title: 'import', events }], { json: false });
  expect(written.join('')).toContain('import: downloading a/b@0/x�]0;owned� (96.0 MB)');
});

test('what will be fetched is told although something else was told just before', async () => {
  const written = capture(process.stderr);
  const events = async function* () {
    const progress = (note: string) => ({ type: 'progress', stage: 'python', done: 0, note }) as const;
    yield progress('looking up');
    yield { type: 'start', stage: 'python', total: 2 } as const;
    yield progress('installing 2 packages, 3 MB');
    yield progress('Collecting one');
  };
  await drawStages([{ title: 'train', events }], { json: false });
  expect(written.join('')).toContain('installing 2 packages, 3 MB');
  expect(written.join('')).not.toContain('Collecting');
});

test('nor those in reasons of a status', () => {
  const written = capture(process.stdout);
  printStatus([{ stage: 'train', state: 'missing', why: ESCAPE }], false);
  expect(written.join('')).not.toContain(ESCAPE);
});

test('an error is left to the entry point, which tells it once and made safe', async () => {
  const written = capture(process.stderr);
  const failure = new Error(`no such tool ${ESCAPE}`);
  const events = async function* () {
    yield { type: 'start', stage: 'discover' } as const;
    throw failure;
  };
  await expect(drawStages([{ title: 'discover', events }], { json: false })).rejects.toBe(failure);
  expect(written.join('')).toMatch(/discover.*FAILED/);
  expect(written.join('')).not.toMatch(/no such tool/);
});

test('a stage of several parts says how many were made', async () => {
  const written = capture(process.stderr);
  const events = async function* () {
    yield { type: 'skipped', stage: 'train a', reason: 'fresh' } as const;
    for (const stage of ['train b', 'train c']) yield { type: 'done', stage, folder: '', counts: {} } as const;
  };
  await drawStages([{ title: 'train', events }], { json: false });
  expect(written.join('')).toContain('train · 3 parts: 2 made, 1 fresh');
});

test('a sample with nothing trained is shown with what is wrong with it', () => {
  const written = capture(process.stdout);
  printMask(
    {
      id: 'x',
      task: 'selector',
      tokens: [{ id: 1, text: 'a', train: false }],
      checks: [{ name: 'has trained tokens', ok: false, found: 'none' }],
    },
    {},
  );
  expect(written.join('')).toMatch(/fails:.* has trained tokens \(found: none\)\n$/);
});
