import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolkitError } from '../../core/errors.ts';
import { type Manifest, readManifest } from '../../core/manifest.ts';

/** The parts of a release; on the Hub each is a repository of its own. The data set is sent first: a model that is there names data that are. */
export const PARTS = ['data', 'model'] as const;
export type Part = (typeof PARTS)[number];

export interface ReleaseFile {
  /** Inside the release, with `/`: `model/bundle/bundle.json`. */
  path: string;
  bytes: number;
  /** `sha256:<hex>` */
  sha256: string;
}

/** What is published at once, whole and checked. */
export interface Release {
  /** Made of the content: equal releases have one name. */
  name: string;
  /** Where it lies on this machine, absolute. */
  folder: string;
  /** The user's own name for it. */
  tag?: string;
  files: ReleaseFile[];
}

/** Where a workspace's release is made. */
export function releaseFolder(workspace: string): string {
  return join(workspace, 'release');
}

/** The name of a release with this manifest. */
export function releaseName({ hash }: Pick<Manifest, 'hash'>): string {
  return `release-${hash.slice('sha256:'.length, 'sha256:'.length + 12)}`;
}

/** The release that was made in a workspace. @throws ToolkitError (failed) where it is not complete */
export async function readRelease(workspace: string, tag?: string): Promise<Release> {
  const folder = releaseFolder(workspace);
  const manifest = await readManifest(folder);
  if (manifest === undefined) throw new ToolkitError({ kind: 'failed', what: 'the release is gone', where: folder });
  const files = Object.entries(manifest.files).map(async ([path, sha256]) => {
    return { path, bytes: (await stat(join(folder, path))).size, sha256 };
  });
  return { name: releaseName(manifest), folder, tag, files: await Promise.all(files) };
}

/** The files of one part, with paths inside it. */
export function filesOfPart({ files }: Pick<Release, 'files'>, part: Part): ReleaseFile[] {
  const inside = `${part}/`;
  return files
    .filter(({ path }) => path.startsWith(inside))
    .map((file) => ({ ...file, path: file.path.slice(inside.length) }));
}
