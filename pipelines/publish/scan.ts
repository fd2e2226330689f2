import { join } from 'node:path';
import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import type { Settings } from '../settings.ts';
import type { Allowed } from './publish-settings.ts';
import type { Release } from './release.ts';
import { knownValues } from './scan/known-values.ts';
import { type FileHit, scanFile } from './scan/scan-file.ts';

/** Something that must not be published. Its text stays hidden. */
export interface Finding {
  /** Inside the release. */
  file: string;
  /** Absent in what is no text. */
  line?: number;
  kind: string;
}

export interface ScanResult {
  findings: Finding[];
  /** Files that are no text: weights. In them known values were looked for, at the head and the end. */
  binary: string[];
  warnings: string[];
}

/** How many findings an error shows. */
const SHOWN = 20;

/** Looks through all that would be published: secrets by value and by form, e-mail addresses, and paths of people's machines. */
export async function scanRelease(
  { folder, files }: Pick<Release, 'folder' | 'files'>,
  context: Context,
  settings: Settings,
): Promise<ScanResult> {
  const { values, warnings } = await knownValues(context, settings);
  const found: ScanResult = { findings: [], binary: [], warnings };
  for (const { path } of files) {
    context.signal.throwIfAborted();
    const { hits, isText } = await scanFile(join(folder, path), values);
    if (!isText) found.binary.push(path);
    found.findings.push(...findingsOf(path, hits, settings.publish.allow));
  }
  return found;
}

/** One of a kind for each line. */
function findingsOf(file: string, hits: readonly FileHit[], allow: readonly Allowed[]): Finding[] {
  const rest = hits.filter((hit) => !allow.some((allowed) => allows(allowed, file, hit)));
  const unique = new Map(rest.map(({ line, kind }) => [`${line} ${kind}`, { file, line, kind }]));
  return [...unique.values()];
}

function allows(allowed: Allowed, file: string, { kind, text }: FileHit): boolean {
  if (typeof allowed === 'string') return text === allowed;
  const isThere = allowed.file === file || (allowed.file.endsWith('/') && file.startsWith(allowed.file));
  return isThere && allowed.kind === kind;
}

/** @throws ToolkitError (failed) with file, line and kind of what must not be published */
export function refuseFindings({ findings }: ScanResult, folder: string): void {
  if (findings.length === 0) return;
  const shown = findings
    .slice(0, SHOWN)
    .map(({ file, line, kind }) => `${file}${line === undefined ? '' : `:${line}`} (${kind})`);
  const more = findings.length > SHOWN ? [`and ${findings.length - SHOWN} more`] : [];
  throw new ToolkitError({
    kind: 'failed',
    what: 'nothing is published: the release holds what may be secret or private',
    where: folder,
    found: [...shown, ...more].join('\n            '),
    todo: 'take it out of the data (`redact: {emails: true}`, `tools.exclude`, another copy in `sandbox`) and run again; or, where it may be known to all, add it to `publish.allow` in workspace.yaml: its text, or {kind, file}',
  });
}
