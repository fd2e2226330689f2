import { writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Tool } from '../../../core/tool.ts';
import { type Box, watchCall } from '../../../runtime/sandbox/box.ts';
import { CopyWatch } from '../../../runtime/sandbox/changes.ts';
import { planCopy } from '../../../runtime/sandbox/copy.ts';

/** A folder with a file, a folder and a link, its copy, and a watch that has begun. */
async function watched() {
  const place = await mkdtemp(join(tmpdir(), 'changes-'));
  const [original, copy] = [join(place, 'data'), join(place, 'copy')];
  await mkdir(join(original, 'sub'), { recursive: true });
  await writeFile(join(original, 'a.txt'), 'one');
  await symlink('a.txt', join(original, 'link'));
  const restore = () => planCopy(original, copy).restore();
  restore();
  const watch = new CopyWatch([{ original, copy, shown: 'data' }]);
  watch.begin();
  return { copy, watch, restore };
}

test.each<[string, (copy: string) => Promise<unknown>, string]>([
  ['nothing', async () => {}, 'none'],
  ['another size', (copy) => writeFile(join(copy, 'a.txt'), 'longer'), 'data'],
  ['another content of the same size', (copy) => writeFile(join(copy, 'a.txt'), 'two'), 'data'],
  ['the same content written again', (copy) => writeFile(join(copy, 'a.txt'), 'one'), 'none'],
  ['another time', (copy) => utimes(join(copy, 'a.txt'), 1, 1), 'none'],
  ['a new file', (copy) => writeFile(join(copy, 'sub', 'b.txt'), ''), 'data'],
  ['a folder that is gone', (copy) => rm(join(copy, 'sub'), { recursive: true }), 'data'],
  [
    'a link that leads elsewhere',
    (copy) => rm(join(copy, 'link')).then(() => symlink('sub', join(copy, 'link'))),
    'data',
  ],
  ['a log', (copy) => writeFile(join(copy, 'sub', 'server.log'), 'started'), 'housekeeping'],
])('%s', async (_, change, changes) => {
  const { copy, watch } = await watched();
  await change(copy);
  expect(await watch.changes()).toBe(changes);
  expect(await watch.changes()).toBe('none');
});

test('changes in quick succession are told apart, and what is put back counts as the original', async () => {
  const { copy, watch, restore } = await watched();
  for (const content of ['two', 'six', 'ten', 'one']) {
    await writeFile(join(copy, 'a.txt'), content);
    expect(await watch.changes(), content).toBe('data');
  }
  restore();
  watch.forget();
  watch.begin();
  await writeFile(join(copy, 'a.txt'), 'one');
  expect(await watch.changes()).toBe('none');
});

test('data that change without a call say nothing of a read-only tool', async () => {
  const { copy, watch } = await watched();
  const box = { watch, pairs: [], dirty: false } as unknown as Box;
  const reader = { annotations: { readOnlyHint: true } } as Tool;
  let count = 0;
  const tick = () => writeFileSync(join(copy, 'a.txt'), `tick ${++count}`);
  const told = watchCall(box, reader);
  const timer = setInterval(tick, 2);
  tick();
  expect(await told()).toBeUndefined();
  clearInterval(timer);
  box.dirty = false;
  watch.forget();
  const again = watchCall(box, reader);
  tick();
  expect(await again()).toBe('data');
});

test('without copies nothing is told', async () => {
  const none = new CopyWatch([]);
  none.begin();
  expect(await none.changes()).toBeUndefined();
});
