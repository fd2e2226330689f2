import { afterEach, expect, test, vi } from 'vitest';
import { drawStages } from '../../scripts/cli/draw-events.ts';
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

test('nor those in reasons of a status', () => {
  const written = capture(process.stdout);
  printStatus([{ stage: 'train', state: 'missing', why: ESCAPE }], false);
  expect(written.join('')).not.toContain(ESCAPE);
});
