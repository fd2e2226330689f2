import { ToolkitError } from '../core/errors.ts';

/** What is known of an activated adapter (aLoRA). */
export interface Activated {
  name: string;
  /** It works from one token before the last place on where a prompt holds these; all before is the base's. */
  invocation?: readonly number[];
}

/**
 * Where an activated adapter begins: one token before the last invocation that ends by `end`.
 * @throws ToolkitError (input) where the tokens hold none: nobody has trained what would be computed then
 */
export function activation(tokens: readonly number[], { name, invocation = [] }: Activated, end: number): number {
  for (let start = Math.min(end, tokens.length) - invocation.length; start > 1; start--) {
    if (holds(tokens, invocation, start)) return start - 1;
  }
  throw new ToolkitError({
    kind: 'input',
    what: 'the prompt does not hold the invocation of an activated adapter',
    where: name,
    expected: `the tokens ${invocation.join(', ')}`,
    found: `it ends with ${tokens.slice(Math.max(0, end - 8), end).join(', ')}`,
    todo: 'render the prompt with the template that the adapter was trained with, or train with `method: shared-prefix`',
  });
}

/** Where it would begin by the first invocation of the tokens, which hold one. */
export function firstActivation(tokens: readonly number[], { invocation = [] }: Activated): number {
  return tokens.findIndex((_, start) => holds(tokens, invocation, start)) - 1;
}

function holds(tokens: readonly number[], invocation: readonly number[], start: number): boolean {
  return invocation.every((token, index) => tokens[start + index] === token);
}
