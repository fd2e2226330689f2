import type { Context } from '../../../core/context.ts';
import type { Tokenizer } from '../../../core/tokenizer.ts';
import type { Settings } from '../../settings.ts';
import type { System } from './system-settings.ts';
import { type Example, trainingExamples } from './training-examples.ts';

/** Examples, and how many tokens those that a prompt shows may take. */
export interface ExampleRoom {
  examples: Example[];
  tokens: number;
}

/** What a template puts around a message. */
const AROUND = 16;

/** The examples of systems that show some; none are read where none does. @throws ToolkitError (input) where there are none to read */
export async function readExamples(
  context: Context,
  settings: Settings,
  chosen: readonly System[],
  { encode }: Pick<Tokenizer, 'encode'>,
): Promise<ExampleRoom> {
  const most = Math.max(0, ...chosen.map(({ examples }) => examples?.count ?? 0));
  if (most === 0) return { examples: [], tokens: 0 };
  const examples = await trainingExamples(context, settings);
  const lengths = examples.map(({ messages }) =>
    messages.reduce((sum, message) => sum + encode(JSON.stringify(message)).length + AROUND, 0),
  );
  const longest = lengths.sort((a, b) => b - a).slice(0, most);
  return { examples, tokens: longest.reduce((sum, tokens) => sum + tokens, 0) };
}
