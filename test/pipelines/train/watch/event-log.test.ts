import { mkdtemp, readFile, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { StageEvent, StageEvents } from '../../../../core/event.ts';
import { loggedEvents } from '../../../../pipelines/train/watch/event-log.ts';

const place = async () => join(await mkdtemp(join(tmpdir(), 'events-')), 'events.jsonl');
const linesOf = async (path: string) => (await readFile(path, 'utf8')).split('\n').slice(0, -1);

async function* some(count: number): StageEvents {
  for (let done = 0; done < count; done++) yield { type: 'warning', stage: 'train a', message: 'x'.repeat(5000) };
}

test('runs side by side, and one behind a line that a crash cut off, write whole lines', async () => {
  const path = await place();
  await writeFile(path, '{"time":"2026-01-01","ty');
  await Promise.all([1, 2, 3].map(() => Array.fromAsync(loggedEvents(path, some(40)))));
  const [cut, ...whole] = await linesOf(path);
  expect(cut).toBe('{"time":"2026-01-01","ty');
  const events = whole.filter((line) => line !== '').map((line) => JSON.parse(line));
  expect(events.filter(({ type }) => type === 'warning')).toHaveLength(120);
  expect(events.filter(({ type }) => type === 'end')).toHaveLength(3);
});

test('a reader that stops is an end too, and a large file is put aside', async () => {
  const path = await place();
  for await (const _ of loggedEvents(path, some(40))) break;
  expect(JSON.parse((await linesOf(path)).at(-1)!)).toMatchObject({ type: 'end', failed: 'stopped' });
  await truncate(path, 65 * 2 ** 20);
  await Array.fromAsync(loggedEvents(path, some(1)));
  expect(await linesOf(path)).toHaveLength(2);
  expect((await readFile(path.replace('.jsonl', '.old.jsonl'))).length).toBe(65 * 2 ** 20);
});

test('a file that cannot be written stops nothing, and is told once', async () => {
  const path = join(await place(), 'events.jsonl');
  const events: StageEvent[] = await Array.fromAsync(loggedEvents(path, some(3)));
  expect(events).toHaveLength(4);
  expect(events.filter((event) => event.type === 'warning' && event.message.includes('cannot write'))).toHaveLength(1);
});
