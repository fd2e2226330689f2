import { styleText } from 'node:util';
import type { LiveChange } from '../../pipelines/live-changes.ts';
import { safeText } from './safe-text.ts';

/** What servers offer that the lock does not know, a line each. @param isLocked whether there is a lock */
export function printLive(changes: readonly LiveChange[], isLocked: boolean): void {
  const line = (text: string) => process.stdout.write(`${text}\n`);
  if (changes.length === 0) return void line('\nThe servers offer what catalogue.lock says.');
  if (!isLocked)
    line('\nThere is no catalogue.lock: `pnpm pipeline run` writes it. Until then all tools count as added:');
  else line('\nThe servers offer other tools than catalogue.lock says:');
  for (const { tool, change, fields, before, stale, takenOver = [] } of changes) {
    const what = [...fields, ...(before ? [`was ${before}`] : [])].join(', ');
    const made = stale.length > 0 ? `makes stale: ${stale.join(', ')}` : '';
    const kept = takenOver.length > 0 ? `taken over after a check: ${takenOver.join(', ')}` : '';
    line(`${styleText('yellow', change.padEnd(8))}  ${safeText([tool, what, made, kept].filter(Boolean).join(' · '))}`);
  }
  line('With them traces, samples, bundle and evaluation. `pnpm pipeline run` makes again what is stale.');
}
