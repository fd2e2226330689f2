import { styleText } from 'node:util';
import type { MaskExplanation } from '../../pipelines/explain-mask.ts';
import { safeText } from './safe-text.ts';

/** Untrained tokens shown on each side of a trained stretch, unless all are asked for. */
const CONTEXT_TOKENS = 40;

/** Prints a sample with its trained tokens in green; alternate tokens are underlined, so that seams can be seen. Then what is wrong with it. */
export function printMask(explanation: MaskExplanation, { json, full }: { json?: boolean; full?: boolean }): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(explanation)}\n`);
    return;
  }
  const { tokens } = explanation;
  const shown = tokens.map((_, index) => full === true || nearTrained(tokens, index));
  const trained = tokens.filter(({ train }) => train).length;
  process.stdout.write(
    `${safeText(explanation.id)} · ${explanation.task} · ${tokens.length} tokens, ${trained} trained (green, in ⟦⟧)\n\n`,
  );
  for (const [index, { text, train }] of tokens.entries()) {
    if (!shown[index]) {
      if (index === 0 || shown[index - 1]) process.stdout.write(styleText('dim', ' … '));
      continue;
    }
    const [before, after] = [tokens[index - 1]?.train === true, tokens[index + 1]?.train === true];
    process.stdout.write(`${train && !before ? '⟦' : ''}${paint(text, train, index)}${train && !after ? '⟧' : ''}`);
  }
  process.stdout.write('\n');
  if (explanation.checks.every(({ ok }) => ok))
    process.stdout.write(`\n${styleText('green', '✔')} all checks passed\n`);
  for (const { name, found } of explanation.checks.filter(({ ok }) => !ok)) {
    process.stdout.write(
      `\n${styleText('red', 'fails:')} ${safeText(name)}${found ? ` (found: ${safeText(found)})` : ''}`,
    );
  }
  if (explanation.checks.some(({ ok }) => !ok)) process.stdout.write('\n');
}

function nearTrained(tokens: MaskExplanation['tokens'], index: number): boolean {
  return tokens.slice(Math.max(0, index - CONTEXT_TOKENS), index + CONTEXT_TOKENS).some(({ train }) => train);
}

function paint(text: string, train: boolean, index: number): string {
  const safe = safeText(text).replaceAll('\n', '⏎\n');
  if (!train) return styleText('dim', safe);
  return styleText(index % 2 === 0 ? ['green', 'bold', 'underline'] : ['green', 'bold'], safe);
}
