/** A model on the Hugging Face Hub. */
export interface HubModel {
  /** `owner/name`. */
  repo: string;
  /** A commit, or a branch or tag, which move. */
  revision: string;
}

const REFERENCE = /^hub:([A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*)(?:@([\w./-]+))?$/;

/** Whether a `base` means a model of the Hub, rightly written or not. */
export function isHubReference(base: string): boolean {
  return base.startsWith('hub:');
}

/** Reads `hub:owner/name@revision`; without a revision it is the branch `main`. `undefined` where it is written otherwise. */
export function parseHubModel(base: string): HubModel | undefined {
  const [, repo, revision = 'main'] = REFERENCE.exec(base) ?? [];
  return repo === undefined ? undefined : { repo, revision };
}

/** Whether a revision is a commit: what it names never changes. */
export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}

/** For people: `owner/name@<commit>`, shortened. */
export function hubModelName({ repo, revision }: HubModel): string {
  return `${repo}@${isCommit(revision) ? revision.slice(0, 8) : revision}`;
}
