import { join } from 'node:path';
import { ToolkitError } from '../../core/errors.ts';
import type { StageEvent } from '../../core/event.ts';
import { commitToHub, createRepository, tagCommit } from '../../core/hub/commit-to-hub.ts';
import type { HubAccess } from '../../core/hub/hub-access.ts';
import { type HubRepository, type HubState, readHubText, readRepository } from '../../core/hub/hub-repository.ts';
import { hashLike } from '../../core/hub/kept-download.ts';
import { needToken, uploadFailure } from '../../core/hub/upload-failure.ts';
import { CONTENTS, parseContents } from './contents.ts';
import { METRICS, parseMetrics } from './parse-metrics.ts';
import { filesOfPart, PARTS, type Part, type Release, type ReleaseFile } from './release.ts';
import { PUBLISH, type Target } from './target.ts';

export interface HubPlace {
  /** `owner/name` of the model; the data set is `owner/name-data`. */
  name: string;
  /** Whether repositories that are made can be seen by all. */
  public: boolean;
  access: HubAccess;
}

/** What a part of a release has to change in its repository. */
interface Changes {
  repo: HubRepository;
  state?: HubState;
  files: ReleaseFile[];
  /** Of the files, those that are not there, or others. */
  missing: ReleaseFile[];
  /** Paths of an older release that this one has no longer. */
  gone: string[];
}

/** Repositories on the Hugging Face Hub: a release is one commit of each, and its tags. */
export function hubTarget(place: HubPlace): Target {
  const { name, access } = place;
  const model = repositoryOf(place, 'model');
  const guarded = async <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw uploadFailure(error, model, access);
    });
  return {
    name: `hub:${name}`,
    lastMetrics: async () => parseMetrics(await guarded(readHubText(model, METRICS, access))),
    async state(release) {
      const all = await guarded(allChanges(place, release));
      const missing = new Set([...all].flatMap(([part, { missing }]) => missing.map(({ path }) => `${part}/${path}`)));
      return { missing, complete: [...all.values()].every((changes) => isComplete(changes, release)) };
    },
    async *send(release) {
      needToken(access);
      try {
        for (const part of PARTS) if (filesOfPart(release, part).length > 0) yield* sendPart(place, release, part);
      } catch (error) {
        throw uploadFailure(error, model, access);
      }
    },
  };
}

function repositoryOf({ name }: Pick<HubPlace, 'name'>, part: Part): HubRepository {
  return part === 'model' ? { type: 'model', name } : { type: 'dataset', name: `${name}-data` };
}

async function allChanges(place: HubPlace, release: Release): Promise<Map<Part, Changes>> {
  const parts = PARTS.filter((part) => filesOfPart(release, part).length > 0);
  return new Map(await Promise.all(parts.map(async (part) => [part, await changesOf(place, release, part)] as const)));
}

async function changesOf(place: HubPlace, release: Release, part: Part): Promise<Changes> {
  const repo = repositoryOf(place, part);
  const files = filesOfPart(release, part);
  const state = await readRepository(repo, place.access);
  if (state === undefined) return { repo, files, missing: files, gone: [] };
  const isThere = await Promise.all(files.map((file) => hasFile(state, file, join(release.folder, part, file.path))));
  const older = state.files.has(CONTENTS) ? await readHubText(repo, CONTENTS, place.access) : undefined;
  const gone = Object.keys(parseContents(older ?? '')?.files ?? {}).filter(
    (path) => state.files.has(path) && !files.some((file) => file.path === path),
  );
  const changes = { repo, state, files, missing: files.filter((_, at) => !isThere[at]), gone };
  refuseTakenTag(changes, release);
  return changes;
}

async function hasFile({ files }: HubState, { path, sha256 }: ReleaseFile, local: string): Promise<boolean> {
  const there = files.get(path);
  if (there === undefined) return false;
  return there.startsWith('sha256:') ? there === sha256 : there === (await hashLike(there, local));
}

/** The user's own tag must not move: somebody may count on it. */
function refuseTakenTag({ repo, state, missing, gone }: Changes, { tag }: Release): void {
  const taken = tag === undefined ? undefined : state?.tags.get(tag);
  if (taken === undefined || (taken === state?.head && missing.length === 0 && gone.length === 0)) return;
  throw new ToolkitError({
    kind: 'input',
    what: `the tag ${tag} names another release`,
    where: `hub:${repo.name}`,
    todo: 'choose another --tag',
  });
}

function tagsOf({ name, tag }: Release): string[] {
  return tag === undefined ? [name] : [name, tag];
}

function isComplete({ state, missing, gone }: Changes, release: Release): boolean {
  return missing.length === 0 && gone.length === 0 && tagsOf(release).every((tag) => state?.tags.has(tag));
}

async function* sendPart(place: HubPlace, release: Release, part: Part): AsyncGenerator<StageEvent> {
  const { access } = place;
  const repo = repositoryOf(place, part);
  if ((await readRepository(repo, access)) === undefined)
    await createRepository(repo, place.public ? 'public' : 'private', access);
  const { missing, gone, state } = await changesOf(place, release, part);
  if (state === undefined) throw hidden(repo);
  if (missing.length > 0 || gone.length > 0) {
    const add = new Map(missing.map(({ path }) => [path, join(release.folder, part, path)]));
    const commit = { title: release.name, parent: state.head, add, remove: gone };
    const total = missing.reduce((sum, { bytes }) => sum + bytes, 0);
    const sent = new Map<string, number>();
    const bytes = new Map(missing.map((file) => [file.path, file.bytes]));
    for await (const { path, sent: share } of commitToHub(repo, commit, access)) {
      sent.set(path, share * (bytes.get(path) ?? 0));
      const done = Math.round([...sent.values()].reduce((sum, one) => sum + one, 0));
      yield { type: 'progress', stage: PUBLISH, done, total, note: `${repo.name}: ${path}` };
    }
  }
  const after = await changesOf(place, { ...release, tag: undefined }, part);
  refuseOther(after);
  const untagged = tagsOf(release).filter((tag) => !after.state?.tags.has(tag));
  for (const tag of untagged) await tagCommit(repo, after.state!.head, tag, access);
}

/** It is there, as it cannot be made, and the token may not see it. */
function hidden({ name }: HubRepository): ToolkitError {
  return new ToolkitError({
    kind: 'environment',
    what: 'the Hub does not let you use this repository',
    where: `hub:${name}`,
    todo: 'set HF_TOKEN to a token of its owner that may read and write it',
  });
}

/** What the Hub has now has to be what was meant. */
function refuseOther({ repo, missing, gone }: Changes): void {
  if (missing.length === 0 && gone.length === 0) return;
  throw new ToolkitError({
    kind: 'failed',
    what: 'the Hub has not got what was sent',
    where: `hub:${repo.name}`,
    found: [...missing.map(({ path }) => path), ...gone].slice(0, 10).join(', '),
    todo: 'run the same command again',
  });
}
