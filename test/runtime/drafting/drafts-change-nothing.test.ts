import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashBase } from '../../../core/base.ts';
import { EMBEDDED_BASE } from '../../../core/project.ts';
import { loadRenderer } from '../../../core/prompt/load-renderer.ts';
import type { Renderer } from '../../../core/prompt/renderer.ts';
import { toolGrammar } from '../../../runtime/arguments.ts';
import type { AdapterFile, Engine, EngineSession, GenerateOptions } from '../../../runtime/engine.ts';
import { openLlamaCpp } from '../../../runtime/llama-cpp.ts';
import { convertAdapters, convertBase } from '../../../trainers/gguf/gguf-convert.ts';
import { ensureLlamaCppSource } from '../../../trainers/gguf/llama-cpp-source.ts';
import { DRAFTING_CASES, type DraftingCase } from '../../fixtures/drafting-cases.ts';
import { tinyModel } from '../../fixtures/tiny-model.ts';
import { makeTool } from '../../fixtures/tools.ts';
import { ENV, makeAdapters, PYTHON } from '../../trainers/gguf/gguf-adapters.ts';

const SYSTEMS = ['random weights', 'random adapter on them', 'embedded base', 'random adapter on it'] as const;
type System = (typeof SYSTEMS)[number];

let folder: string;
let renderer: Renderer;
const engines: Engine[] = [];
const systems = new Map<System, { engine: Engine; adapter?: AdapterFile }>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drafting-'));
  renderer = await loadRenderer(EMBEDDED_BASE, { descriptions: 'full' });
  const tiny = await tinyModel();
  const base = { path: join(folder, 'base.gguf'), adapter: { name: 'some', path: join(folder, 'some.gguf') } };
  const run = { python: PYTHON, env: ENV, base: EMBEDDED_BASE, source: await ensureLlamaCppSource({ env: ENV }) };
  await convertBase({ ...run, outputs: [{ type: 'f16', path: base.path }] });
  const peft = join(folder, 'some');
  await makeAdapters(EMBEDDED_BASE, [{ folder: peft, r: 4, alpha: 8, strength: 0.02, seed: 1 }]);
  const adapters = [{ ...base.adapter, folder: peft }];
  const staging = join(folder, 'staging');
  const queue = { ...run, baseHash: await hashBase(EMBEDDED_BASE), type: 'f32', staging, adapters } as const;
  await Array.fromAsync(convertAdapters(queue));
  const [weak, able] = [await open(tiny.gguf, 'f32'), await open(base.path, 'f16')];
  systems.set('random weights', { engine: weak });
  systems.set('random adapter on them', { engine: weak, adapter: tiny.adapters.alpha });
  systems.set('embedded base', { engine: able });
  systems.set('random adapter on it', { engine: able, adapter: base.adapter });
}, 300_000);
afterAll(async () => {
  for (const engine of engines) await engine.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(model: string, kvType: 'f16' | 'f32', contextSize = 4096): Promise<Engine> {
  const engine = await openLlamaCpp({ model, contextSize, threads: 1, kvType, gpu: false });
  engines.push(engine);
  return engine;
}

function question({ schema, query }: DraftingCase, engine: Engine) {
  const tool = makeTool('do_it', schema, 'Does it.');
  const prompt = renderer.argumentsPrompt([{ role: 'user', content: query }], [tool], 'do_it');
  return { prefix: engine.tokenize(prompt), grammar: toolGrammar(renderer, tool), stop: renderer.stop, maxTokens: 40 };
}

/** What it writes and what that cost. */
async function ask(session: EngineSession, prefix: readonly number[], options: GenerateOptions) {
  const before = { ...session.usage };
  const written = await session.generate(prefix, options);
  const { generated, evaluations } = session.usage;
  return {
    written: { ...written, sampled: generated - before.generated },
    evaluations: evaluations - before.evaluations,
  };
}

describe('arguments with drafts are those of plain decoding', () => {
  for (const [at, system] of SYSTEMS.entries()) {
    it(`${system}: token by token`, { timeout: 600_000 }, async () => {
      const { engine, adapter } = systems.get(system)!;
      const session = await engine.session(adapter);
      const cost = { plain: 0, drafted: 0 };
      const cases = DRAFTING_CASES.filter((_, index) => index < 29 || index % SYSTEMS.length === at);
      for (const [index, one] of cases.entries()) {
        const { prefix, ...options } = question(one, engine);
        // The first one fills the cache, so each meets now a cold and now a warm prompt.
        const askPlainly = () => ask(session, prefix, { ...options, drafts: false });
        const early = index % 2 === 0 ? await askPlainly() : undefined;
        const drafted = await ask(session, prefix, options);
        const plain = early ?? (await askPlainly());
        expect(drafted.written, one.name).toEqual(plain.written);
        expect(plain.evaluations).toBe(plain.written.sampled);
        cost.plain += plain.evaluations;
        cost.drafted += drafted.evaluations;
      }
      expect(cases.length).toBeGreaterThan(35);
      // Random weights prefer what the schema forbids: drafts are then tried less and less.
      expect(cost.drafted / cost.plain).toBeLessThan(
        system.startsWith('random weights') || adapter?.name === 'alpha' ? 1.5 : 1,
      );
    });
  }

  it('whatever the limit on tokens and the room in the context', async () => {
    const engine = await open(join(folder, 'base.gguf'), 'f16', 512);
    const session = await engine.session();
    const { prefix, ...options } = question(DRAFTING_CASES[0]!, engine);
    const { written } = await ask(session, prefix, { ...options, drafts: false });
    for (let maxTokens = 0; maxTokens <= written.sampled; maxTokens++) {
      const { tokens } = await session.generate(prefix, { ...options, maxTokens });
      expect(tokens).toEqual(written.tokens.slice(0, maxTokens));
    }
    const long = [...engine.tokenize('a b c '.repeat(512)).slice(0, 512 - 7 - prefix.length), ...prefix];
    const plain = await ask(session, long, { ...options, drafts: false });
    expect(plain.written).toMatchObject({ stopped: false, sampled: 7 });
    expect((await ask(session, long, options)).written).toEqual(plain.written);
  });
});
