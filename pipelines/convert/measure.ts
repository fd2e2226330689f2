import { availableParallelism } from 'node:os';
import type { AdapterFile, Engine } from '../../runtime/engine.ts';
import { openLlamaCpp } from '../../runtime/llama-cpp.ts';
import { type Probe, probePeft, type SystemScores } from '../../trainers/gguf/gguf-probe.ts';
import type { PythonRun } from '../../trainers/gguf/gguf-process.ts';
import type { Scores } from './distance.ts';
import type { Measured } from './parity.ts';

/** An adapter in both forms and the probes that are put to it. */
export interface MeasuredAdapter {
  name: string;
  folder: string;
  path: string;
  probes: readonly Probe[];
}

/** What is asked of the base and of adapters. */
export interface Asking {
  /** Probes for the base alone, besides those of the adapters. */
  baseProbes: readonly Probe[];
  adapters: readonly MeasuredAdapter[];
  /** Called once with the engine that serves. */
  onEngine?: (engine: Engine) => void;
}

export interface Measuring extends Asking {
  /** GGUF files of the base. */
  f32: string;
  served: string;
  /** What PEFT says: of the base first, then of each adapter. */
  peft: AsyncIterable<SystemScores>;
  signal?: AbortSignal;
}

/** Name under which the base's own scores come, before those of the adapters. */
export const BASE = 'base';

/** The base is asked every adapter's probes, to see what the adapter changes; as it is served, these are enough to judge it. */
const FEW = 8;

/** PEFT's answers, for which its process has begun to work. */
export interface StartedProbing {
  scores: AsyncIterable<SystemScores>;
  /** Waits for the end of a process that was told to stop. */
  ended(): Promise<void>;
}

/** Puts the probes to PEFT, in its own process, which runs ahead of who reads. @param base its folder */
export function startProbing(asking: Asking, base: string, run: PythonRun): StartedProbing {
  const probes = allProbes(asking);
  const systems = [
    { name: BASE, folder: null, probes: [...probes.keys()] },
    ...asking.adapters.map(({ name, folder, probes: own }) => ({ name, folder, probes: own.map(({ id }) => id) })),
  ];
  const answers = probePeft({ base, probes: [...probes.values()], systems, threads: THREADS, ...run });
  const started = answers.next(); // A generator does nothing before it is read.
  const scores = (async function* () {
    const first = await started;
    if (first.done) return;
    yield first.value;
    yield* answers;
  })();
  started.catch(() => {}); // It is told to who reads.
  return {
    scores,
    ended: () =>
      answers.return().then(
        () => {},
        () => {},
      ),
  };
}

function allProbes({ baseProbes, adapters }: Asking): Map<string, Probe> {
  return new Map([...baseProbes, ...adapters.flatMap(({ probes }) => probes)].map((probe) => [probe.id, probe]));
}

/** Puts the probes to both engines, and sets what they say beside PEFT. */
export async function* measure(options: Measuring): AsyncGenerator<Measured & { name: string }, void, undefined> {
  const { adapters, peft, signal } = options;
  const probes = allProbes(options);
  const files = new Map(adapters.map(({ name, path }) => [name, { name, path }]));
  const engines = await openEngines(options, Math.max(...[...probes.values()].map(({ tokens }) => tokens.length)) + 1);
  try {
    options.onEngine?.(engines.served);
    for await (const { system, logprobs } of peft) {
      const asked = [...logprobs.keys()].map((id) => probes.get(id)!);
      const few = system === BASE ? asked.slice(0, FEW) : asked;
      const file = files.get(system);
      const [f32, served] = await both(ask(engines.f32, asked, file, signal), ask(engines.served, few, file, signal));
      yield { name: system, peft: logprobs, f32, served };
    }
  } finally {
    await Promise.all([engines.f32.close(), engines.served.close()]);
  }
}

/** PEFT and two engines work side by side. */
const THREADS = Math.max(1, Math.floor(availableParallelism() / 3));

/** Waits for both also where one fails: an engine must not be closed while it is asked. */
async function both<T>(one: Promise<T>, other: Promise<T>): Promise<[T, T]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}

/** One session each: an adapter is asked once. */
async function openEngines({ f32, served }: Measuring, contextSize: number) {
  const options = { contextSize, threads: THREADS, maxSessions: 1 };
  const exact = await openLlamaCpp({ ...options, model: f32, kvType: 'f32' });
  try {
    return { f32: exact, served: await openLlamaCpp({ ...options, model: served }) };
  } catch (error) {
    await exact.close();
    throw error;
  }
}

async function ask(
  engine: Engine,
  probes: readonly Probe[],
  file?: AdapterFile,
  signal?: AbortSignal,
): Promise<Scores> {
  const session = await engine.session(file);
  const scores = new Map<string, number[]>();
  for (const { id, tokens, from } of probes) {
    signal?.throwIfAborted();
    scores.set(id, await session.logprobs(tokens, from));
  }
  return scores;
}
