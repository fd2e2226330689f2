import { join } from 'node:path';
import type { Bundle } from '../../../core/bundle.ts';
import type { Context } from '../../../core/context.ts';
import { hashText } from '../../../core/hash.ts';
import { readManifest } from '../../../core/manifest.ts';
import type { Offers, Outcome } from '../../../core/metrics.ts';
import { type Random, seededRandom } from '../../../core/random.ts';
import { chooseAdapters, type TriedCandidates } from '../../../pipelines/convert/choose/choose-adapters.ts';
import { evaluationMetrics } from '../../../pipelines/evaluate/evaluation-metrics.ts';
import type { PredictionRecord } from '../../../pipelines/evaluate/prediction-record.ts';
import { planOffers } from '../../../pipelines/offers.ts';
import type { ArgumentError } from '../../../pipelines/scoring/argument-errors.ts';
import { completeBenchmarks } from './benchmarks.ts';
import { completeStage } from './complete-stage.ts';
import { DATA_SETTINGS, dataWorkspace, HOSTILE } from './data-workspace.ts';

const TOOLS = [
  ...['read_text_file', 'write_file', 'edit_file', 'list_directory', 'move_file', 'search_files', 'get_file_info'].map(
    (name) => `files.${name}`,
  ),
  ...['create_entities', 'add_observations', 'search_nodes', 'read_graph'].map((name) => `memory.${name}`),
  HOSTILE,
];
const SYSTEMS = { base: 0.3, monolithic: 0.7, 'decoupled-shared': 0.72, decoupled: 0.78 };
type System = keyof typeof SYSTEMS;
const ALL = Object.keys(SYSTEMS) as System[];
const ARGUMENT_FAILURES: Outcome[] = ['missing_argument', 'extra_argument', 'wrong_type', 'wrong_value'];

function makeRecord(system: string, index: number, skill: number, random: Random): PredictionRecord {
  const wanted = index % 7 === 0 ? null : TOOLS[index % TOOLS.length]!;
  const args = { path: `notes/${index}.txt`, content: '<img src=x onerror=alert(1)>' };
  const other = random.pick(TOOLS.filter((tool) => tool !== wanted));
  const outcome = pickOutcome(wanted, skill, random);
  const called = outcome === 'wrong_tool' || outcome === 'needless_call' ? other : wanted;
  const none = outcome === 'no_call' || outcome === 'malformed' || called === null;
  const right = outcome === 'right';
  const selection = right || ARGUMENT_FAILURES.includes(outcome);
  return {
    system,
    ...(index === 1
      ? { case: 'held-out:kept#0', trace: 'held-out:kept' }
      : { case: `t${index >> 1}#${index & 1}`, trace: `t${index >> 1}` }),
    group: wanted === null ? null : wanted.split('.')[0]!,
    query: `Write <b>${index}</b> into my notes & show me the file, please.`,
    gold: wanted === null ? { tool: null } : { tool: wanted, arguments: args },
    also_ok: [],
    predicted: none
      ? null
      : { name: called!.split('.')[1]!, tool: called, arguments: right ? args : { path: 'notes.txt' } },
    ...(system.startsWith('decoupled') && { ranked: ranked(none ? null : called, wanted, selection, random) }),
    text: outcome === 'malformed' ? '<tool_call>\n{"name": "wri' : '',
    ...(outcome === 'malformed' && { malformed: 'the call is not valid JSON' }),
    selection,
    args_exact: right && random.chance(0.9),
    args_ast: right,
    schema_valid: right || random.chance(0.8),
    executed_ok: wanted === null ? null : right || random.chance(0.3),
    outcome,
    ...(ARGUMENT_FAILURES.includes(outcome) && { errors: errorsOf(outcome) }),
    why: right ? '' : `path: wrong value, expected "notes/${index}.txt", found "notes.txt"`,
    latency_ms: 40 + 60 * random.next(),
    prefilled: 90 + random.int(60),
    generated: 20 + random.int(20),
    ...(system.startsWith('decoupled') && {
      engine: {
        switches_ms: [2 + 0.001 * index, 4],
        resident_bytes: (3 + index / 1000) * 2 ** 30,
        state_bytes: 5 * 2 ** 20 + index,
      },
    }),
  };
}

/** All wrong arguments, of which the outcome tells the first. */
function errorsOf(outcome: Outcome): ArgumentError[] {
  const first = outcome.replace('_argument', '').replaceAll('_', '-') as ArgumentError['kind'];
  return [
    { parameter: 'content', kind: first },
    { parameter: 'path', kind: 'made-up' },
  ];
}

/** Surer where it is right, as a selector is. */
function ranked(selected: string | null, wanted: string | null, isRight: boolean, random: Random) {
  const probability = isRight ? 1 - 0.5 * random.next() ** 2 : 0.4 + 0.5 * random.next();
  const second = isRight ? 'files.edit_file' : wanted;
  return [
    { tool: selected, probability },
    { tool: second, probability: 1 - probability },
  ];
}

function pickOutcome(wanted: string | null, skill: number, random: Random): Outcome {
  if (random.chance(skill)) return 'right';
  if (wanted === null) return 'needless_call';
  return random.pick<Outcome>(['wrong_tool', 'wrong_tool', 'no_call', 'malformed', ...ARGUMENT_FAILURES]);
}

function trainingLog(job: string): string {
  const random = seededRandom(1, job);
  const events: object[] = [{ event: 'start', job, total: 120 }];
  for (let step = 1; step <= 120; step++) {
    const loss = 2.4 * Math.exp(-step / 25) + 0.08 + 0.15 * random.next();
    const made = { trained_tokens: 64, seconds: 0.5, memory_bytes: 2 * 2 ** 30 };
    events.push({
      event: 'step',
      job,
      step,
      total: 120,
      loss,
      lr: 1e-3 * (1 - step / 121),
      grad_norm: loss / 2,
      ...made,
    });
    if (step === 50) events.push({ event: 'start', job, total: 120, resumed: 50 });
    if (step === 70)
      events.push({ event: 'warning', job, step, message: 'memory ran out: <b>half</b> the micro-batch' });
    if (step % 30 === 0)
      events.push({
        event: 'eval',
        job,
        step,
        loss: 2.2 * Math.exp(-step / 24) + 0.12,
        accuracy: 0.9,
        exact: step / 150,
      });
  }
  events.push({ event: 'done', job, step: 120, kept: 90 });
  // A line that a crash cut off.
  return `${events.map((event) => JSON.stringify(event)).join('\n')}\n{"event":"st`;
}

const ADAPTERS = {
  selector: 'selector',
  monolithic: 'monolithic',
  'arguments-files-read_text_file': 'arguments',
  'arguments-memory-create_entities': 'arguments',
} as const;

/** `+`: right, `-`: wrong, a call each. */
function tried(tool: string, shared: string, own: string): TriedCandidates {
  const right = (calls: string) => [...calls].map((call) => call === '+');
  const candidates = [
    { candidate: 'shared' as const, adapter: 'arguments', right: right(shared) },
    { candidate: 'own' as const, adapter: `arguments-${tool.replace('.', '-')}`, right: right(own) },
  ];
  return { tool, group: 'files', candidates };
}

function bundle(): Bundle {
  const distance = { max: 0, mean: 0 };
  const parity = { tokens: 1, f32: distance, served: distance };
  const hash = { sha256: hashText('made'), source: hashText('trained') };
  return {
    version: 1,
    base: { file: 'base.f16.gguf', type: 'f16', ...hash, parity },
    prompt: {
      settings: { descriptions: 'full' },
      template: hashText('t'),
      tokenizer: hashText('k'),
      renderer: hashText('r'),
    },
    catalogue: hashText('c'),
    llamaCpp: 'b1',
    adapters: Object.entries(ADAPTERS).map(([name, task]) => ({
      name,
      task,
      ...(name.startsWith('arguments-') && { tool: name.replace(/^arguments-(\w+?)-/, '$1.') }),
      file: `adapters/${name}.gguf`,
      ...hash,
      rank: 4,
      alpha: 8,
      rslora: false,
      parity: { ...parity, effect: { peft: distance, engine: distance } },
    })),
    choices: chooseAdapters([
      tried('files.read_text_file', '++++++--++', '++++++++++'),
      tried('memory.create_entities', '+++++++-++', '+++++++-++'),
      tried(HOSTILE, '', ''),
    ]),
  };
}

function offers(inputs: Offers['inputs']): Offers {
  const share = (value: number) => ({ value, low: value - 0.1, high: value + 0.1, n: 60 });
  const summary = (value: number) => ({
    n: 60,
    selection_accuracy: share(value + 0.05),
    args_exact: share(value),
    args_ast: share(value),
    call_accuracy: share(value),
    schema_valid: share(0.9),
    executed_ok: null,
    arguments_given_tool: share(0.8),
  });
  const size = (tools: number, loss: number) => ({
    tools,
    distractors: Math.max(0, tools - 12),
    systems: Object.fromEntries(Object.entries(SYSTEMS).map(([name, skill]) => [name, summary(skill - loss)])),
  });
  return { version: 1, seed: 1, sizes: [size(5, 0), size(10, 0.05), size(20, 0.1), size(50, 0.15)], inputs };
}

/** A workspace with data, an evaluation of four systems, suites, BFCL, trainings, and tools and texts that try to break out of the page. */
export async function reportWorkspace(cases = 180, names: readonly System[] = ALL): Promise<Context> {
  const context = await dataWorkspace();
  const { workspace } = context;
  const records = names.flatMap((system) => {
    const skill = SYSTEMS[system];
    const random = seededRandom(1, system);
    return Array.from({ length: cases }, (_, index) => makeRecord(system, index, skill, random));
  });
  const hashOf = async (folder: string) => (await readManifest(join(workspace, folder)))!.hash;
  // An interrupted training, and an adapter of a tool that is no longer there, are no part of the evaluation.
  for (const job of [...Object.keys(ADAPTERS), 'selector.partial', 'arguments-files-gone']) {
    await completeStage(workspace, `adapters/${job}`, { 'training.jsonl': trainingLog(job) });
  }
  const adapters: Record<string, string> = {};
  for (const name of Object.keys(ADAPTERS)) adapters[`adapter ${name}`] = await hashOf(`adapters/${name}`);
  await completeStage(workspace, 'bundle', { 'bundle.json': JSON.stringify(bundle()) }, { inputs: adapters });
  const inputs = {
    catalogue: await hashOf('catalogue'),
    samples: await hashOf('samples'),
    bundle: await hashOf('bundle'),
  };
  const lost = ['lost#0', 'lost#1'].map((one) => ({ system: 'base', case: one, why: 'timed out' }));
  const unscored = names.includes('base') ? lost : [];
  const about = { systems: names, unscored, source: 'held-out', seed: 1, maxTokens: 160, inputs } as const;
  await completeStage(
    workspace,
    'evaluation',
    {
      'metrics.json': JSON.stringify(evaluationMetrics(records, about)),
      'predictions.jsonl': records.map((record) => `${JSON.stringify(record)}\n`).join(''),
    },
    { inputs },
  );
  const [curve] = await planOffers(context, DATA_SETTINGS);
  await completeStage(workspace, 'offers', { 'offers.json': JSON.stringify(offers(curve!.inputs)) }, curve);
  await completeBenchmarks(workspace, inputs);
  return context;
}
