import { ToolkitError } from '../core/errors.ts';

/** An engine would silently forget the beginning of a longer text. @throws ToolkitError (input) where no room is left for one more token */
export function checkPromptLength(contextSize: number, adapter: { name: string } | undefined, tokens: number): void {
  const most = contextSize - 1;
  if (tokens <= most) return;
  throw new ToolkitError({
    kind: 'input',
    what: 'the prompt is longer than the context',
    where: adapter?.name ?? 'the base',
    expected: `at most ${most} tokens`,
    found: `${tokens} tokens`,
    todo: 'raise contextLength, offer fewer tools, or show only the first sentence of descriptions',
  });
}
