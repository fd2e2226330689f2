import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ToolkitError } from '../core/errors.ts';
import { type ProcessResult, runProcess } from '../core/subprocess.ts';
import { nvidiaSmi } from './nvidia-smi.ts';

/** Where torch without CUDA lies, for systems whose default wheel brings gigabytes of CUDA packages. */
const CPU_INDEX = ['--extra-index-url', 'https://download.pytorch.org/whl/cpu'];
const CUDA_PACKAGE = /^(nvidia|cuda|triton)\b/i;
const HEAD_TIMEOUT_MS = 5000;

export interface Pip {
  python: string;
  env: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

export interface PackagePlan {
  /** `torch==2.13.0+cpu` */
  packages: string[];
  /** Options that pip needs to find them. */
  options: string[];
  /** For people: how many, how large, from where. */
  summary: string;
}

const ReportSchema = z.object({
  install: z.array(
    z.object({
      metadata: z.object({ name: z.string(), version: z.string() }),
      download_info: z.object({ url: z.string() }),
    }),
  ),
});
type Resolved = z.infer<typeof ReportSchema>['install'];

/**
 * Asks pip what the requirements need, and fetches nothing of it. pip's own configuration holds (indexes, local wheels, proxies). Where
 * that would bring CUDA and there is no NVIDIA GPU, torch's index of CPU builds is added: of the same version pip prefers `+cpu`.
 */
export async function planPackages(pip: Pip, requirements: string): Promise<PackagePlan> {
  const resolved = await resolvePackages(pip, requirements, []);
  const hasCuda = resolved.some(({ metadata }) => CUDA_PACKAGE.test(metadata.name));
  // Also where CUDA_VISIBLE_DEVICES hides it just now: the environment stays.
  if (!hasCuda || (await nvidiaSmi(['-L'], pip.env, pip.signal))?.includes('GPU')) return describe(resolved, []);
  return describe(await resolvePackages(pip, requirements, CPU_INDEX), CPU_INDEX);
}

/** Installs what was planned and nothing else. */
export async function installPackages(pip: Pip, plan: PackagePlan, onLine: (line: string) => void): Promise<void> {
  if (plan.packages.length === 0) return;
  // Without --no-compile pip compiles 10,000 files, most of which are never imported; Python does it for those that are.
  const args = ['install', '--no-deps', '--no-compile', '--progress-bar', 'off', ...plan.options, ...plan.packages];
  const result = await runPip(pip, args, onLine);
  if (result.exitCode !== 0) throw pipFailure('pip cannot install the Python packages', result);
}

async function resolvePackages(pip: Pip, requirements: string, options: readonly string[]): Promise<Resolved> {
  const result = await runPip(pip, [
    'install',
    '--dry-run',
    '--quiet',
    '--report',
    '-',
    '-r',
    requirements,
    ...options,
  ]);
  if (result.exitCode !== 0) throw pipFailure('pip cannot find the Python packages', result);
  return ReportSchema.parse(JSON.parse(result.stdout)).install;
}

async function describe(resolved: Resolved, options: readonly string[]): Promise<PackagePlan> {
  const sizes = await Promise.all(resolved.map(({ download_info }) => sizeOf(download_info.url)));
  const rows = resolved.map(({ metadata: { name, version } }, at) => ({ pin: `${name}==${version}`, ...sizes[at]! }));
  return { packages: rows.map(({ pin }) => pin), options: [...options], summary: summarize(rows) };
}

interface Size {
  local: boolean;
  /** `undefined` where the server does not say. */
  bytes?: number;
}

function summarize(rows: readonly (Size & { pin: string })[]): string {
  const largest = rows.toSorted((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0)).slice(0, 3);
  const parts = [
    describeSize(
      'to download',
      rows.filter(({ local }) => !local),
    ),
    describeSize(
      'from this machine',
      rows.filter(({ local }) => local),
    ),
  ].filter((part) => part !== undefined);
  const names = largest.map(({ pin, bytes }) => (bytes === undefined ? pin : `${pin} ${megabytes(bytes)}`));
  return `${rows.length} packages, ${parts.join(', ')} (the largest: ${names.join(', ')})`;
}

function describeSize(what: string, rows: readonly Size[]): string | undefined {
  if (rows.length === 0) return undefined;
  const known = rows.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  return `${rows.some(({ bytes }) => bytes === undefined) ? 'more than ' : ''}${megabytes(known)} ${what}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

async function sizeOf(url: string): Promise<Size> {
  if (url.startsWith('file:')) return { local: true, bytes: (await stat(fileURLToPath(url))).size };
  try {
    const response = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(HEAD_TIMEOUT_MS) });
    const length = response.headers.get('content-length');
    return { local: false, bytes: response.ok && length !== null ? Number(length) : undefined };
  } catch {
    return { local: false };
  }
}

function runPip(
  { python, env, signal }: Pip,
  args: readonly string[],
  onLine?: (line: string) => void,
): Promise<ProcessResult> {
  const common = ['-m', 'pip', '--disable-pip-version-check', '--no-input'];
  return runProcess({ name: 'pip', command: python, args: [...common, ...args], env, signal, onStdoutLine: onLine });
}

function pipFailure(what: string, { stderrTail }: ProcessResult): ToolkitError {
  const full = /no space left/i.test(stderrTail);
  return new ToolkitError({
    kind: 'environment',
    what,
    found: stderrTail
      .split('\n')
      .filter((line) => !line.startsWith('WARNING: Location'))
      .join('\n'),
    todo: full
      ? 'free some space and run the same command again'
      : 'see that pip reaches its index (network, proxy, `pip config list`) and run the same command again',
  });
}
