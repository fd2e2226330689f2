import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Starts endless work, does something to it after its first line, and waits for its end. */
async function end(how: (child: ChildProcess) => void) {
  const note = join(await mkdtemp(join(tmpdir(), 'command-')), 'note');
  const child = spawn(process.execPath, [join(import.meta.dirname, 'endless-work.ts'), note]);
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const closed = once(child, 'close');
  await once(child.stdout, 'data');
  how(child);
  const [code] = await closed;
  return { code, said, note: await readFile(note, 'utf8') };
}

test('the work ends in order where the reader of its output goes away', async () => {
  const { code, said, note } = await end((child) => child.stdout!.destroy());
  expect(note).toBe('cleaned up');
  expect(code).toBe(130);
  expect(said).toContain('nobody reads the output');
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('the work ends in order on %s', async (signal) => {
  const { code, said, note } = await end((child) => child.kill(signal));
  expect({ code, note }).toEqual({ code: 130, note: 'cleaned up' });
  expect(said).toContain('interrupted');
});

test.runIf(existsSync('/dev/full'))('a full disk is told without a stack, and as no bug of the toolkit', async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'full-disk-work.ts')]);
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(1);
  expect(said).toMatch(/error: ENOSPC: no space left/);
  expect(said).not.toMatch(/bug|node:fs/);
});

test('output that cannot be written is no wish to stop: exit 1 and the reason', async () => {
  const note = join(await mkdtemp(join(tmpdir(), 'command-')), 'note');
  await using full = await open('/dev/full', 'w');
  const child = spawn(process.execPath, [join(import.meta.dirname, 'endless-work.ts'), note], {
    stdio: ['ignore', full.fd, 'pipe'],
  });
  let said = '';
  child.stderr!.on('data', (chunk) => {
    said += chunk;
  });
  const [code] = await once(child, 'close');
  expect(await readFile(note, 'utf8')).toBe('cleaned up');
  expect({ code, said }).toEqual({ code: 1, said: expect.stringContaining('the output cannot be written: ENOSPC') });
});
