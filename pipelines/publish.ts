import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import { ToolkitError } from '../core/errors.ts';
import type { StageEvent, StageEvents } from '../core/event.ts';
import { explainFailure } from '../core/stage.ts';
import type { GateRow } from './gate/check-gate.ts';
import { refuseFailed } from './gate.ts';
import { gateEvaluation, gatesOf } from './gate-evaluation.ts';
import { makeRelease } from './publish/make-release.ts';
import { openTarget } from './publish/open-target.ts';
import { METRICS } from './publish/parse-metrics.ts';
import { type Release, readRelease } from './publish/release.ts';
import { refuseFindings, type ScanResult, scanRelease } from './publish/scan.ts';
import { PUBLISH, type Target, type TargetState } from './publish/target.ts';
import type { Settings } from './settings.ts';

export interface PublishOptions {
  /** Sends; without, it only says what it would send. */
  yes?: boolean;
  /** A name of the user's for the release. */
  tag?: string;
}

/** What is told before anything is sent. */
export interface PublishPlan {
  release: string;
  target: string;
  /** What the gates said; none: there are no gates. */
  gates: GateRow[];
  /** `send`: it is not there yet; `null`: the target cannot tell. */
  files: { path: string; bytes: number; sha256: string; send: boolean | null }[];
  /** What the scan could not look into. */
  binary: string[];
}

/**
 * Publishes what the workspace has: gates first, then the release's folder, then a scan of all that is in it, and only then, with `yes`, the target.
 * Tells a `PublishPlan` as `data`. Interrupted, the next run sends what is missing.
 * @throws ToolkitError (failed) where a gate does not pass or the scan finds something: the last release stays as it is
 */
export async function* publish(context: Context, settings: Settings, options: PublishOptions = {}): StageEvents {
  const target = needTarget(context, settings);
  checkTag(options.tag);
  const gates = await passGates(context, settings);
  for await (const event of makeRelease(context, settings))
    if (event.type === 'start' || event.type === 'progress') yield event;
  const release = await readRelease(context.workspace, options.tag);
  const scan = await scanRelease(release, context, settings);
  for (const message of scan.warnings) yield { type: 'warning', stage: PUBLISH, message };
  refuseFindings(scan, release.folder);
  const state = await target.state(release);
  yield told(planOf(release, target, { gates, scan, state }));
  if (state.complete) {
    yield { type: 'skipped', stage: PUBLISH, reason: `${release.name} is published` };
  } else if (options.yes) {
    yield* send(release, target, context);
  } else {
    yield { type: 'skipped', stage: PUBLISH, reason: 'nothing was sent: --yes sends it' };
  }
}

async function* send(release: Release, target: Target, { signal }: Context): StageEvents {
  try {
    yield { type: 'start', stage: PUBLISH };
    yield* target.send(release);
    signal.throwIfAborted();
  } catch (error) {
    throw explainFailure(error, { stage: PUBLISH, folder: release.folder }, signal);
  }
  yield { type: 'done', stage: PUBLISH, folder: target.name, counts: { files: release.files.length } };
}

async function passGates(context: Context, settings: Settings): Promise<GateRow[]> {
  if (gatesOf(context, settings) === undefined) return [];
  const { rows, gates } = await gateEvaluation(context, settings, { metrics: join(context.workspace, METRICS) });
  refuseFailed(rows, gates);
  return rows;
}

function planOf(
  { name, files }: Release,
  target: Target,
  { gates, scan, state }: { gates: GateRow[]; scan: ScanResult; state: TargetState },
): PublishPlan {
  const { missing } = state;
  return {
    release: name,
    target: target.name,
    gates,
    files: files.map((file) => ({ ...file, send: missing === undefined ? null : missing.has(file.path) })),
    binary: scan.binary,
  };
}

function told(plan: PublishPlan): StageEvent {
  return { type: 'data', stage: PUBLISH, data: { ...plan } };
}

function needTarget(context: Context, settings: Settings): Target {
  const target = openTarget(context, settings);
  if (target !== undefined) return target;
  throw new ToolkitError({
    kind: 'input',
    what: 'nothing says where to publish',
    where: join(context.workspace, 'workspace.yaml'),
    expected: '`publish: {to: …}` in workspace.yaml, or --to',
    todo: 'give --to hub:owner/name or --to FOLDER',
  });
}

/** Names that are a folder's and a git tag's alike. */
function checkTag(tag: string | undefined): void {
  if (
    tag === undefined ||
    (/^[\w][\w.-]{0,99}$/.test(tag) &&
      !/\.lock$|\.\.|^release-[0-9a-f]{12}$/.test(tag) &&
      !['current', 'publish'].includes(tag))
  )
    return;
  throw new ToolkitError({
    kind: 'input',
    what: 'this cannot be a tag',
    where: '--tag',
    expected: 'letters, digits, `.`, `_`, `-`, and no name that releases have',
    found: tag,
  });
}
