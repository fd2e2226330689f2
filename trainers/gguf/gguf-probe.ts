import { z } from 'zod';
import { type PythonRun, runPythonScript } from './gguf-process.ts';

/** Tokens whose log-probabilities are compared: `tokens[from..]`, each given all before it. */
export interface Probe {
  id: string;
  tokens: readonly number[];
  /** At least 1: the first token follows nothing. */
  from: number;
}

/** The base, or the base with one adapter, and what it is asked. */
export interface ProbedSystem {
  name: string;
  /** Folder of the PEFT adapter; `null`: the base alone. */
  folder: string | null;
  probes: readonly string[];
}

export interface PeftProbing extends PythonRun {
  base: string;
  probes: readonly Probe[];
  systems: readonly ProbedSystem[];
  threads?: number;
}

const EventSchema = z.object({
  type: z.literal('logprobs'),
  system: z.string(),
  probe: z.string(),
  logprobs: z.array(z.number().nullable()),
});

/** Natural log-probabilities by probe id. Not a number where the model computed none. */
export interface SystemScores {
  system: string;
  logprobs: Map<string, number[]>;
}

/** What PEFT computes in fp32, system by system, all in one process. */
export async function* probePeft(probing: PeftProbing): AsyncGenerator<SystemScores, void, undefined> {
  const { base, probes, systems, threads, ...run } = probing;
  const request = { base, probes, systems, threads: threads ?? null };
  const sizes = new Map(systems.map((system) => [system.name, system.probes.length]));
  let scores: SystemScores = { system: '', logprobs: new Map() };
  for await (const event of runPythonScript('peft_probe.py', request, EventSchema, run)) {
    if (event.system !== scores.system) scores = { system: event.system, logprobs: new Map() };
    scores.logprobs.set(
      event.probe,
      event.logprobs.map((value) => value ?? Number.NaN),
    );
    if (scores.logprobs.size === sizes.get(event.system)) yield scores;
  }
}
