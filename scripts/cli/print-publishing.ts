import type { PublishPlan } from '../../pipelines/publish.ts';
import { printGates } from './print-gates.ts';
import { safeText } from './safe-text.ts';

/** Prints what a release holds, and what of it was sent, or would be. */
export function printPublishing(
  { release, target, gates, files, binary }: PublishPlan,
  { yes = false }: { yes?: boolean },
): void {
  const out = (text: string) => process.stdout.write(`${safeText(text)}\n`);
  if (gates.length > 0) printGates(gates);
  const missing = files.filter(({ send }) => send !== false);
  out(
    `\n${release} → ${target}: ${files.length} files, ${size(files)}; ${yes ? 'sent' : 'to send'}: ${missing.length}, ${size(missing)}`,
  );
  for (const file of files)
    out(`${file.send === false ? 'there' : yes ? 'sent ' : 'send '}  ${size([file]).padStart(9)}  ${file.path}`);
  out(`looked into for known values only, as they are no text: ${binary.length} files`);
}

function size(files: readonly { bytes: number }[]): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes < 1e3) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
