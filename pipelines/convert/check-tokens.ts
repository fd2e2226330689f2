import { ToolkitError } from '../../core/errors.ts';
import type { Engine } from '../../runtime/engine.ts';
import type { WholeProbe } from './probes.ts';

/**
 * The engine must cut a prompt into the tokens that the trainer saw. Texts are compared in Unicode's composed form:
 * llama.cpp leaves normalizing to its caller.
 * @throws ToolkitError (failed) naming the sample and the first token that differs
 */
export function checkTokens(engine: Engine, probes: readonly WholeProbe[]): void {
  for (const { id, text, tokens } of probes) {
    const found = engine.tokenize(text.normalize('NFC'));
    const at = tokens.findIndex((token, index) => token !== found[index]);
    if (at < 0) continue;
    const show = (ids: readonly number[]) => JSON.stringify(engine.detokenize(ids.slice(at, at + 4)));
    throw new ToolkitError({
      kind: 'failed',
      what: "the GGUF base's tokenizer differs from the base's own",
      where: `sample ${id}, token ${at}`,
      expected: show(tokens),
      found: show(found),
      todo: 'use a base whose tokenizer llama.cpp knows',
    });
  }
}
