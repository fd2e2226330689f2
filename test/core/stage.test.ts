import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StageEvent } from '../../core/event.ts';
import { readManifest, type StagePlan } from '../../core/manifest.ts';
import { runStage, type StageWork, stageState } from '../../core/stage.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'stage-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const lockOf = (folder: string) => join(folder, '..', `.${basename(folder)}.lock`);

const plan = (changes: Partial<StagePlan> = {}): StagePlan => ({
  stage: 'letters',
  folder: join(root, 'letters'),
  inputs: { from: 'sha256:1' },
  settings: { upTo: 3 },
  seed: 1,
  ...changes,
});

/** Appends a, b, c, …; stops at `failAt` as a crash would. */
async function* letters(
  { folder, resumed }: StageWork,
  failAt?: number,
): AsyncGenerator<StageEvent, Record<string, number>> {
  const file = join(folder, 'letters.txt');
  const before = resumed && existsSync(file) ? (await readFile(file, 'utf8')).length : 0;
  for (let done = before; done < 3; done++) {
    if (done === failAt) throw new Error('crash');
    await appendFile(file, 'abc'[done]!);
    yield { type: 'progress', stage: 'letters', done: done + 1 };
  }
  return { letters: 3 };
}

async function collect(stagePlan: StagePlan, options: { force?: boolean; failAt?: number; signal?: AbortSignal } = {}) {
  const events: StageEvent[] = [];
  const signal = options.signal ?? new AbortController().signal;
  for await (const event of runStage(stagePlan, { force: options.force, signal }, (place) =>
    letters(place, options.failAt),
  ))
    events.push(event);
  return events;
}

describe('runStage', () => {
  it('makes the folder with a manifest, then skips it', async () => {
    expect((await collect(plan())).at(-1)).toMatchObject({ type: 'done', counts: { letters: 3 } });
    expect(await readManifest(plan().folder)).toMatchObject({
      stage: 'letters',
      files: { 'letters.txt': expect.stringMatching(/^sha256:/) },
    });
    expect(await collect(plan())).toEqual([expect.objectContaining({ type: 'skipped' })]);
  });

  it('resumes an interrupted run of the same plan', async () => {
    await expect(collect(plan(), { failAt: 2 })).rejects.toThrow('crash');
    expect(await stageState(plan())).toMatchObject({ state: 'incomplete' });
    expect((await collect(plan())).filter(({ type }) => type === 'progress')).toHaveLength(1);
    expect(await readFile(join(plan().folder, 'letters.txt'), 'utf8')).toBe('abc');
  });

  it('starts over when the plan changed in the meantime', async () => {
    await expect(collect(plan(), { failAt: 2 })).rejects.toThrow('crash');
    expect((await collect(plan({ seed: 2 }))).filter(({ type }) => type === 'progress')).toHaveLength(3);
  });

  it('says why it is stale', async () => {
    await collect(plan());
    expect(await stageState(plan({ inputs: { from: 'sha256:2' } }))).toMatchObject({
      state: 'stale',
      why: 'changed: from',
    });
    expect(await stageState(plan({ seed: 2 }))).toMatchObject({ state: 'stale', why: 'the seed was 1, now 2' });
    expect(await stageState(plan({ settings: { upTo: 4 } }))).toMatchObject({ state: 'stale' });
  });

  it('keeps the old folder until the new one is whole', async () => {
    await collect(plan());
    await expect(collect(plan({ seed: 2 }), { failAt: 1 })).rejects.toThrow('crash');
    expect(await stageState(plan())).toMatchObject({ state: 'fresh' });
  });

  it('keeps what a run goes on from until the manifest stands, and removes it then', async () => {
    const controller = new AbortController();
    const late = async () => {
      for await (const _ of runStage(plan(), { signal: controller.signal }, async function* (place) {
        await mkdir(join(place.folder, '.progress'));
        await writeFile(join(place.folder, '.progress', 'done.json'), '3');
        await writeFile(join(place.folder, '.log.jsonl'), '3');
        const counts = yield* letters(place);
        controller.abort(); // the work is done, nothing is committed
        return counts;
      }));
    };
    await expect(late()).rejects.toMatchObject({ kind: 'interrupted' });
    expect(existsSync(join(`${plan().folder}.partial`, '.progress', 'done.json'))).toBe(true);
    await collect(plan());
    expect((await readdir(plan().folder)).sort()).toEqual(['letters.txt', 'manifest.json']);
    expect(Object.keys((await readManifest(plan().folder))!.files)).toEqual(['letters.txt']);
  });

  it('removes what a crash behind the manifest left of that', async () => {
    await collect(plan());
    await rename(plan().folder, `${plan().folder}.partial`);
    await mkdir(join(`${plan().folder}.partial`, '.progress'));
    await collect(plan());
    expect((await readdir(plan().folder)).sort()).toEqual(['letters.txt', 'manifest.json']);
  });

  it('ends what a crash between manifest and final name left', async () => {
    await collect(plan());
    await rename(plan().folder, `${plan().folder}.partial`);
    expect(await collect(plan())).toEqual([expect.objectContaining({ type: 'skipped' })]);
  });

  it('brings the old folder back after a crash between the two renames', async () => {
    await collect(plan());
    await rename(plan().folder, `${plan().folder}.old`);
    expect(await collect(plan())).toEqual([expect.objectContaining({ type: 'skipped' })]);
  });

  it('tells an abort from a failure and keeps what was done', async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(collect(plan(), { signal: controller.signal })).rejects.toMatchObject({ kind: 'interrupted' });
    expect(await readFile(join(`${plan().folder}.partial`, 'letters.txt'), 'utf8')).toBe('abc');
  });

  it('refuses a second run on the same folder', async () => {
    const signal = new AbortController().signal;
    const first = runStage(plan(), { signal }, letters);
    await first.next();
    await expect(collect(plan())).rejects.toThrow('another run is at work');
    for await (const _ of first);
  }, 30_000);

  it('does not wait for another run when it is stopped', async () => {
    const release = await lock(plan().folder, { realpath: false, lockfilePath: lockOf(plan().folder) });
    const controller = new AbortController();
    const waiting = collect(plan(), { signal: controller.signal });
    const start = performance.now();
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ kind: 'interrupted' });
    expect(performance.now() - start).toBeLessThan(1500);
    await release();
  });

  it('takes over at once the lock of a process that was killed, and no other', async () => {
    const { folder } = plan();
    await mkdir(lockOf(folder));
    const born = (await stat(lockOf(folder))).birthtimeMs;
    const note = join(folder, '..', `.${basename(folder)}.owner`);
    const soon = () => collect(plan(), { signal: AbortSignal.timeout(1000) });
    const dead = spawnSync(process.execPath, ['--version']).pid;
    for (const owner of [
      `${process.pid} ${born} ${hostname()}`,
      `${dead} 1 ${hostname()}`,
      `${dead} ${born} elsewhere`,
    ]) {
      await writeFile(note, owner);
      await expect(soon()).rejects.toMatchObject({ kind: 'interrupted' });
    }
    await writeFile(note, `${dead} ${born} ${hostname()}`);
    expect((await soon()).at(-1)).toMatchObject({ type: 'done' });
    expect(existsSync(note)).toBe(false);
  }, 30_000);

  it('tells a folder that cannot be written from one that is in use, at once', async () => {
    const long = plan({ folder: join(root, 'x'.repeat(252)) }); // with `.lock` too long for a name
    await expect(collect(long)).rejects.toMatchObject({
      kind: 'environment',
      message: expect.stringMatching(/cannot write here: ENAMETOOLONG/),
    });
  }, 1500);

  it('does not commit where another run took the folder over while this machine slept', async () => {
    const signal = new AbortController().signal;
    const first = runStage(plan(), { signal }, letters);
    await first.next();
    await utimes(lockOf(plan().folder), new Date(1), new Date(1));
    await setTimeout(6000); // the lock is looked at every 5 s
    const rest = async () => {
      for await (const _ of first);
    };
    await expect(rest()).rejects.toThrow('another run is at work');
    expect(await readManifest(plan().folder)).toBeUndefined();
  }, 30_000);

  it.each(['removed', 'replaced'])('does not commit where its folder was %s while it worked', async (how) => {
    const signal = new AbortController().signal;
    const robbed = async () => {
      for await (const _ of runStage(plan(), { signal }, async function* (place) {
        const counts = yield* letters(place);
        await rm(place.folder, { recursive: true });
        if (how === 'replaced') await mkdir(place.folder);
        return counts;
      }));
    };
    await expect(robbed()).rejects.toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/letters\.partial: this folder was removed or replaced/),
    });
    expect(existsSync(plan().folder)).toBe(false);
    expect((await collect(plan())).at(-1)).toMatchObject({ type: 'done' });
  });

  it('says so too where the work itself stumbles over that', async () => {
    const run = runStage(plan(), { signal: new AbortController().signal }, letters);
    await run.next();
    await rm(`${plan().folder}.partial`, { recursive: true });
    await expect(run.next()).rejects.toMatchObject({ kind: 'failed', message: expect.stringContaining('was removed') });
  });

  it.each([
    ['edited', (file: string) => appendFile(file, '!'), 'changed since it was made: letters.txt'],
    ['deleted', (file: string) => rm(file), 'changed since it was made: letters.txt (missing or unreadable)'],
  ])('a file that was %s makes it stale, and it is made again', async (_how, change, why) => {
    await collect(plan());
    await change(join(plan().folder, 'letters.txt'));
    await writeFile(join(plan().folder, 'note'), 'what was put beside does not count');
    expect(await stageState(plan())).toMatchObject({ state: 'stale', why });
    expect((await collect(plan())).at(-1)).toMatchObject({ type: 'done' });
    expect(await readFile(join(plan().folder, 'letters.txt'), 'utf8')).toBe('abc');
    expect(await stageState(plan())).toMatchObject({ state: 'fresh' });
  });

  it.each(['{"version": 1,', '{}', ''])(
    'a broken manifest (%s) makes it incomplete, and it is made again',
    async (text) => {
      await collect(plan());
      await writeFile(join(plan().folder, 'manifest.json'), text);
      expect(await stageState(plan())).toEqual({ state: 'incomplete', why: 'its manifest is broken' });
      expect((await collect(plan())).at(-1)).toMatchObject({ type: 'done' });
      expect(await stageState(plan())).toMatchObject({ state: 'fresh' });
    },
  );

  it('gives equal hashes for equal content, whatever else is around', async () => {
    await collect(plan());
    const first = await readManifest(plan().folder);
    await mkdir(join(root, 'elsewhere'));
    await writeFile(join(root, 'elsewhere', 'x'), '');
    const moved = plan({ folder: join(root, 'elsewhere', 'letters') });
    await collect(moved);
    expect((await readManifest(moved.folder))?.hash).toBe(first?.hash);
  });
});
