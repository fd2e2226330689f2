import { ToolkitError } from '../core/errors.ts';

/** @param where whose prompt it is. @throws ToolkitError (input) where a prompt leaves no room for a token: engines would forget its beginning */
export function checkPromptLength(tokens: number, contextSize: number, where = 'the base'): void {
  const most = contextSize - 1;
  if (tokens <= most) return;
  throw new ToolkitError({
    kind: 'input',
    what: 'the prompt is longer than the context',
    where,
    expected: `at most ${most} tokens`,
    found: `${tokens} tokens`,
    todo: 'raise contextLength, offer fewer tools, or show only the first sentence of descriptions',
  });
}
