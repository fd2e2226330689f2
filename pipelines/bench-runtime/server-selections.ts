import { ToolkitError } from '../../core/errors.ts';
import type { StageEvent } from '../../core/event.ts';
import type { Renderer } from '../../core/prompt/renderer.ts';
import type { Tokenizer } from '../../core/tokenizer.ts';
import { RESPOND, type Tool } from '../../core/tool.ts';
import { linkTo } from '../../runtime/llama-server/server-link.ts';
import type { ServerProcess } from '../../runtime/llama-server/server-process.ts';
import { openLlamaServer } from '../../runtime/llama-server.ts';
import { selectName } from '../../runtime/selector.ts';
import type { ArgumentCase } from './argument-case.ts';
import { mostProbableName } from './most-probable-name.ts';
import { completions, type ReferenceParts, SAMPLES } from './reference-call.ts';

interface Selections {
  /** Without adapters; ended here. */
  server: ServerProcess;
  renderer: Renderer;
  tokenizer: Tokenizer;
  cases: readonly ArgumentCase[];
  tools: readonly Tool[];
  contextSize: number;
}

/**
 * Refuses selections on a llama-server that are not the most probable name, found by scoring each by itself.
 * @returns in words how many there were, and how often a majority of ten samples is another name
 */
export async function* serverSelections(selections: Selections): AsyncGenerator<StageEvent, string, undefined> {
  const { server, renderer, tokenizer, cases, tools, contextSize } = selections;
  try {
    const engine = await openLlamaServer({ server, tokenizer, adapters: [], contextSize });
    const session = await engine.session();
    const parts = { link: linkTo(server, server.whyGone), tokenize: tokenizer.encode, renderer, ids: [] };
    const names = [...tools.map(({ promptName }) => promptName), RESPOND];
    let others = 0;
    for (const [done, { messages, tool }] of cases.entries()) {
      const prompt = renderer.selectorPrompt(messages, tools);
      const { promptName } = await selectName(engine, session, renderer, prompt, names);
      const best = await mostProbableName({ engine, session, renderer, names }, prompt);
      if (promptName !== best) throw lessProbable(tool.id, best, promptName);
      if ((await majority(parts, prompt, names)) !== best) others += 1;
      yield { type: 'progress', stage: 'tool-call', done: done + 1, total: cases.length, note: 'equal selections' };
    }
    return `${cases.length} of ${cases.length} selections the most probable name, a majority of ten samples another one in ${others}`;
  } finally {
    await server.stop();
  }
}

/** Of the names that the base writes at temperature 1 behind the cut; what is none does not count. */
async function majority(parts: ReferenceParts, prompt: string, names: readonly string[]): Promise<string | undefined> {
  const written = await completions(parts, prompt, { slot: 0, samples: SAMPLES, tokens: 24, stop: ['"'] });
  const counts = Map.groupBy(
    written.filter((name) => names.includes(name)),
    (name) => name,
  );
  return [...counts].toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0];
}

function lessProbable(where: string, expected: string, found: string): ToolkitError {
  return new ToolkitError({
    kind: 'failed',
    what: 'a less probable name was selected on llama-server',
    where,
    expected,
    found,
  });
}
