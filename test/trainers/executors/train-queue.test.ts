import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { endLeftovers } from '../../../trainers/executors/end-leftovers.ts';
import { ExecutorSettingsSchema } from '../../../trainers/executors/executor-settings.ts';
import { localExecutor } from '../../../trainers/executors/local-executor.ts';
import { openQueue } from '../../../trainers/executors/queue-folder.ts';
import { slurmExecutor } from '../../../trainers/executors/slurm.ts';
import { of, STAND_IN, standInJob, trainJobs } from './stand-in-jobs.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'queue-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const place = () => ({ executor: localExecutor(), folder: join(folder, '.queues') });
const signal = new AbortController().signal;
const defaults = ExecutorSettingsSchema.parse({});

test('jobs are taken in their order, each by one worker', async () => {
  const jobs = await Promise.all(['a', 'b', 'c', 'd'].map((name) => standInJob(folder, name)));
  const { events, failures } = await trainJobs(jobs, { ...place(), workers: 1 });
  expect(failures).toEqual([]);
  expect(of(events, 'start').map(({ job }) => job)).toEqual(['a', 'b', 'c', 'd']);
});

test('a job that kills its worker twice where it stands fails, with the reason, and the others go on', async () => {
  const jobs = [
    await standInJob(folder, 'deadly', { steps: 5, die_at: 2 }),
    ...(await Promise.all(['a', 'b'].map((name) => standInJob(folder, name)))),
  ];
  const { events, failures, warnings } = await trainJobs(jobs, { ...place(), workers: 2 });
  expect(
    of(events, 'done')
      .map(({ job }) => job)
      .sort(),
  ).toEqual(['a', 'b']);
  expect(failures.map(({ message }) => message)).toEqual([expect.stringMatching(/^deadly: .*was killed/)]);
  expect(warnings).toHaveLength(2); // once on the way there, where it came further, and once at it
  expect(of(events, 'start', 'deadly').map(({ resumed }) => resumed)).toEqual([0, 2, 2]);
});

test('a job that kills the workers of those that share its steps fails alone', async () => {
  const jobs = await Promise.all([
    standInJob(folder, 'a', { together: 3 }),
    standInJob(folder, 'deadly', { together: 3, die_at: 0 }),
    standInJob(folder, 'b', { together: 3 }),
  ]);
  const { events, failures } = await trainJobs(jobs, { ...place(), workers: 1 });
  const ended = of(events, 'done').map(({ job }) => job);
  expect(ended.sort()).toEqual(['a', 'b']);
  expect(failures.map(({ message }) => message)).toEqual([expect.stringMatching(/^deadly: .*was killed/)]);
});

test('what fails jobs that share their steps is told of each that had not ended', async () => {
  const jobs = await Promise.all([
    standInJob(folder, 'short', { together: 3, steps: 1 }),
    standInJob(folder, 'failing', { together: 3, fail_at: 2 }),
    standInJob(folder, 'other', { together: 3 }),
  ]);
  const { events, failures } = await trainJobs(jobs, { ...place(), workers: 1 });
  expect(failures).toEqual([]);
  expect(of(events, 'done').map(({ job }) => job)).toEqual(['short']);
  expect(of(events, 'error').map(({ job, message }) => [job, message])).toEqual([
    ['failing', 'it fails'],
    ['other', 'it fails'],
  ]);
});

test('what a library prints past Python is no event, and takes none along', async () => {
  const { events, failures } = await trainJobs([await standInJob(folder, 'a', { noise: true })], place());
  expect(failures).toEqual([]);
  expect(of(events, 'step').map(({ step }) => step)).toEqual([1, 2, 3]);
  expect(of(events, 'done')).toHaveLength(1);
});

test('a job that cannot be read is told by its name', async () => {
  const jobs = await Promise.all([standInJob(folder, 'broken'), standInJob(folder, 'a')]);
  await writeFile(jobs[0]!.path, '{');
  const { events, failures } = await trainJobs(jobs, { ...place(), workers: 1 });
  expect(failures).toEqual([]);
  expect(of(events, 'error').map(({ job, kind }) => [job, kind])).toEqual([['broken', 'bad_job']]);
  expect(of(events, 'done').map(({ job }) => job)).toEqual(['a']);
});

test('what keeps every worker from working is told once, for all jobs', async () => {
  const jobs = await Promise.all(['a', 'b', 'c'].map((name) => standInJob(folder, name)));
  const trainer = {
    ...STAND_IN,
    process: () => ({ ...STAND_IN.process([]), command: 'sh', args: ['-c', 'echo no torch >&2; exit 1'] }),
  };
  const { failures } = await trainJobs(jobs, { ...place(), trainer });
  expect(failures.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^a, b, c: .*exit code 1\n.*no torch/),
  ]);
});

test('workers that are killed before they take a job are replaced, but not for ever', async () => {
  const jobs = [await standInJob(folder, 'a')];
  const trainer = {
    ...STAND_IN,
    process: () => ({ ...STAND_IN.process([]), command: 'sh', args: ['-c', 'kill -9 $$'] }),
  };
  const { failures } = await trainJobs(jobs, { ...place(), trainer });
  expect(failures.map(({ message }) => message)).toEqual([expect.stringMatching(/^a: .*was killed/)]);
});

test('a cluster that is not there is told, with what to do', async () => {
  const jobs = [await standInJob(folder, 'a')];
  const without = { PATH: folder };
  const slurm = await trainJobs(jobs, { ...place(), executor: slurmExecutor(defaults.slurm), env: without });
  expect(slurm.failures[0]).toMatchObject({
    kind: 'environment',
    message: expect.stringMatching(/Slurm's sbatch: ENOENT/),
  });
});

test('a queue of a living run is left alone; that of a dead one is removed', async () => {
  const queues = join(folder, '.queues');
  const living = await openQueue(queues, ['job.json'], 1);
  await mkdir(join(queues, 'queue-dead'));
  const dead = { host: hostname(), pid: 2 ** 22 + 1, beat: 3, patience: 300 };
  await writeFile(join(queues, 'queue-dead', 'open'), JSON.stringify(dead));
  await writeFile(join(queues, 'queue-note'), 'a file of somebody else');
  await endLeftovers(queues, { signal });
  expect((await readdir(queues)).sort()).toEqual([living.folder.split('/').at(-1), 'queue-note'].sort());
  await living.remove();
});

test('a queue of another machine is dead when its mark stands still', async () => {
  const queues = join(folder, '.queues');
  await mkdir(join(queues, 'queue-far'), { recursive: true });
  await writeFile(
    join(queues, 'queue-far', 'open'),
    JSON.stringify({ host: 'elsewhere', pid: 1, beat: 3, patience: 300 }),
  );
  await writeFile(join(queues, 'queue-far', '0.worker'), JSON.stringify({ host: 'elsewhere', pid: 1, beat: 3 }));
  await endLeftovers(queues, { signal, stillMs: 1000 });
  expect(await readdir(queues)).toEqual([]);
});

test('workers of a dead run that still write a checkpoint are waited for, which is told once', async () => {
  const queues = join(folder, '.queues');
  const mark = join(queues, 'queue-dead', '0.worker');
  await mkdir(join(queues, 'queue-dead'), { recursive: true });
  let beat = 0;
  const write = () => writeFile(mark, JSON.stringify({ host: hostname(), pid: process.pid, beat: beat++ }));
  await write();
  const beats = setInterval(write, 100);
  const waits: string[] = [];
  const ended = endLeftovers(queues, { signal, stillMs: 1000, onWait: (text) => waits.push(text) });
  await expect.poll(() => waits, { timeout: 10_000 }).toHaveLength(1);
  await setTimeout(2500);
  expect(await readdir(queues)).toEqual(['queue-dead']);
  clearInterval(beats);
  await ended;
  expect(waits).toHaveLength(1);
  expect(await readdir(queues)).toEqual([]);
});
