import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CopyWatch } from '../../runtime/sandbox-changes.ts';
import { planCopy } from '../../runtime/sandbox-copy.ts';

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

test('without copies, or before it has begun, nothing is told', async () => {
  const none = new CopyWatch([]);
  none.begin();
  expect(await none.changes()).toBeUndefined();
});
