import { ToolkitError } from '../core/errors.ts';
import type { Renderer } from '../core/prompt/renderer.ts';
import type { EngineSession } from './engine.ts';
import { literal } from './grammar/rules.ts';

/**
 * The name that a session writes after a prompt, greedily, held to these names by a grammar: for engines that give no probabilities. It need not be
 * the most probable one, as the first tokens decide.
 * @param prefix tokens up to the selection cut
 */
export async function writtenName(
  session: EngineSession,
  { nameSpan, stop }: Pick<Renderer, 'nameSpan' | 'stop'>,
  prefix: readonly number[],
  names: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  const spans = names.map((name) => nameSpan(name));
  const grammar = `root ::= ${spans.map(literal).join(' | ')}\n`;
  // However small its tokens are, and the one that ends it.
  const maxTokens = Math.max(...spans.map((span) => Buffer.byteLength(span))) + 1;
  const { text } = await session.generate(prefix, { grammar, stop, maxTokens, signal });
  const written = names[spans.indexOf(text)];
  if (written !== undefined) return written;
  throw new ToolkitError({
    kind: 'failed',
    what: 'the engine wrote no name of a tool, although a grammar allows nothing else',
    expected: `one of ${names.join(', ')}`,
    found: JSON.stringify(text),
  });
}
