import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import { isAlive } from '../../../core/process-alive.ts';
import { EMBEDDED_BASE, PROJECT_ROOT } from '../../../core/project.ts';
import type { TrainerEvent } from '../../../trainers/events.ts';
import type { Executor } from '../../../trainers/executors/executor.ts';
import type { ExecutorSettingsSchema } from '../../../trainers/executors/executor-settings.ts';
import { runTrainerProcess } from '../../../trainers/executors/run-trainer-process.ts';
import type { QueuedJob } from '../../../trainers/executors/train-queue.ts';
import { peftTrainer } from '../../../trainers/peft.ts';
import { smallJob, trainingSamples, writeSamples } from '../training-samples.ts';
import { ENV, of, type Seen, standInJob, trainJobs, workerIds } from './stand-in-jobs.ts';

export interface Cluster {
  executor: Executor;
  /** The same, as workspace.yaml would say it. */
  settings: z.input<typeof ExecutorSettingsSchema>;
  env?: Record<string, string>;
}

const TIMEOUT = 300_000;
const CALLER = join(PROJECT_ROOT, 'test', 'fixtures', 'queue-caller.ts');
const PYTHON = join(PROJECT_ROOT, '.venv', 'bin', 'python');

/** What every executor must do with four GPUs and fifteen jobs. @param cluster is asked when it is up */
export function testFourGpus(cluster: () => Cluster): void {
  test(
    'fifteen jobs on four GPUs, one worker killed: all are trained, and the killed one’s job goes on where it was',
    async () => {
      await using place = await temporaryFolder();
      const jobs = await fifteenJobs(place.folder);
      let killed: string | undefined;
      const seen = await trainJobs(jobs, {
        ...cluster(),
        folder: join(place.folder, '.queues'),
        onEvent(event, { events }) {
          if (killed !== undefined || event.event !== 'step' || event.step !== 2 || running(events).length < 4) return;
          killed = event.job;
          void killOwner(place.folder, event.job);
        },
      });
      expect(seen.failures).toEqual([]);
      expect(of(seen.events, 'error')).toEqual([]);
      expect(doneJobs(seen)).toEqual(jobs.map(({ name }) => name).sort());
      expect(seen.warnings).toEqual([expect.stringContaining('its worker was lost')]);
      const starts = of(seen.events, 'start', killed).map(({ resumed }) => resumed);
      expect(starts).toEqual([0, expect.any(Number)]);
      expect(starts[1]).toBeGreaterThanOrEqual(2);
      expect(mostAtOnce(seen.events)).toBe(4);
      expect(await readFile(join(place.folder, killed!, 'adapter'), 'utf8')).toBe(killed);
      expect(await workerIds(place.folder)).toEqual([]);
    },
    TIMEOUT,
  );

  test(
    'cancelled, and run again: no worker stays, every step is done once',
    async () => {
      await using place = await temporaryFolder();
      const jobs = await fifteenJobs(place.folder);
      const stop = new AbortController();
      const workers = new Set<number>();
      const options = { ...cluster(), folder: join(place.folder, '.queues') };
      const first = await trainJobs(jobs, {
        ...options,
        signal: stop.signal,
        onEvent(event, seen) {
          void workerIds(place.folder).then((ids) => {
            for (const id of ids) workers.add(id);
          });
          if (event.event === 'step' && of(seen.events, 'done').length >= 4) stop.abort();
        },
      });
      expect(workers.size).toBeGreaterThanOrEqual(4);
      for (const id of workers) expect(isAlive(id)).toBe(false);
      expect(first.failures).toEqual([]);
      const done = new Set(doneJobs(first));
      expect(done.size).toBeGreaterThanOrEqual(4);
      expect(done.size).toBeLessThan(15);

      const rest = jobs.filter(({ name }) => !done.has(name));
      const second = await trainJobs(rest, options);
      expect(second.failures).toEqual([]);
      expect(doneJobs(second)).toEqual(rest.map(({ name }) => name).sort());
      const resumed = of(second.events, 'start').filter((event) => event.resumed > 0);
      expect(resumed.length).toBeGreaterThan(0);
      for (const { name } of jobs) {
        const steps = of([...first.events, ...second.events], 'step', name).map(({ step }) => step);
        expect(steps).toEqual(
          Array.from({ length: of([...first.events, ...second.events], 'start', name)[0]!.total }, (_, at) => at + 1),
        );
      }
    },
    TIMEOUT,
  );

  test(
    'a caller that is killed takes its workers along, and the next run goes on where they were',
    async () => {
      await using place = await temporaryFolder();
      const { executor, settings, env = ENV } = cluster();
      const folder = join(place.folder, '.queues');
      const jobs = [await standInJob(place.folder, 'long', { steps: 40, step_seconds: 0.5 })];
      const argument = JSON.stringify({ settings, env, jobs, folder, patienceSeconds: 3 });
      const caller = spawn(process.execPath, [CALLER, argument], { stdio: 'inherit' });
      const exit = once(caller, 'exit');
      await expect.poll(() => checkpointOf(jobs[0]!), { timeout: 60_000 }).toBeGreaterThan(1);
      caller.kill('SIGKILL');
      await exit;
      const ids = await workerIds(folder);
      expect(ids.length).toBe(1);
      await expect.poll(() => isAlive(ids[0]!), { timeout: 60_000 }).toBe(false);

      await writeFile(join(place.folder, 'long', 'job.json'), await shortened(jobs[0]!));
      const seen = await trainJobs(jobs, { executor, env, folder });
      expect(doneJobs(seen)).toEqual(['long']);
      expect(of(seen.events, 'start')[0]!.resumed).toBeGreaterThan(1);
      expect(await readdir(folder)).toEqual([]);
    },
    TIMEOUT,
  );

  test(
    'a real adapter, the same bytes as of a process of its own',
    async () => {
      await using place = await temporaryFolder();
      await writeSamples(join(place.folder, 'train.jsonl'), trainingSamples('selector', 4, 1));
      const real = async (name: string): Promise<QueuedJob> => {
        const path = join(place.folder, name, 'job.json');
        await mkdir(join(place.folder, name));
        const values = { name, base: EMBEDDED_BASE, max_steps: 1, task: 'selector' } as const;
        await writeFile(path, JSON.stringify(smallJob({ ...values, validation: [], threads: 1 })));
        return { name, path };
      };
      const [own, queued] = [await real('own'), await real('queued')];
      const trainer = peftTrainer(PYTHON);
      const run = { env: ENV, signal: new AbortController().signal, onEvent: () => {} };
      await runTrainerProcess(trainer.process([own.path]), run);
      const seen = await trainJobs([queued], { ...cluster(), folder: join(place.folder, '.queues'), trainer });
      expect(seen.failures).toEqual([]);
      expect(doneJobs(seen)).toEqual(['queued']);
      const bytes = ({ name }: QueuedJob) => readFile(join(place.folder, name, 'adapter_model.safetensors'));
      expect((await bytes(queued)).equals(await bytes(own))).toBe(true);
    },
    TIMEOUT,
  );
}

const checkpointOf = async ({ path }: QueuedJob) =>
  Number(await readFile(join(path, '..', 'checkpoint'), 'utf8').catch(() => 0));

/** The job with one step left. */
async function shortened(job: QueuedJob): Promise<string> {
  const values = JSON.parse(await readFile(job.path, 'utf8'));
  return JSON.stringify({ ...values, steps: (await checkpointOf(job)) + 1 });
}

const doneJobs = ({ events }: Seen) =>
  of(events, 'done')
    .map(({ job }) => job)
    .sort();

async function fifteenJobs(folder: string): Promise<QueuedJob[]> {
  const steps = Array.from({ length: 15 }, (_, at) => 18 - at);
  // The first ones wait for one another: on a busy machine some workers begin when others would be done.
  const meets = (at: number) => (at < 4 ? 4 : 0);
  return Promise.all(
    steps.map((count, at) => standInJob(folder, `job-${count}`, { steps: count, step_seconds: 0.1, meets: meets(at) })),
  );
}

async function temporaryFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'executor-'));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

async function killOwner(folder: string, job: string): Promise<void> {
  process.kill(Number(await readFile(join(folder, job, 'owner'), 'utf8')), 'SIGKILL');
}

/** Jobs that were started and are not done. */
function running(events: readonly TrainerEvent[]): string[] {
  const jobs = new Set<string>();
  for (const event of events) {
    if (event.event === 'start') jobs.add(event.job);
    if (event.event === 'done') jobs.delete(event.job);
  }
  return [...jobs];
}

function mostAtOnce(events: readonly TrainerEvent[]): number {
  return Math.max(...events.map((_, at) => running(events.slice(0, at + 1)).length));
}
