import { z } from 'zod';

/** No part may be empty, `.` or `..`: the cache has the same folders. */
const PATH = /^(?!\.{1,2}(\/|$))[^/\\\0]+(\/(?!\.{1,2}(\/|$))[^/\\\0]+)*$/;

/** One file of a data set on the Hugging Face Hub, at a commit, as settings name it. */
export const HubFileSchema = z.strictObject({
  repo: z.string().regex(/^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/, '`owner/name` of a data set'),
  revision: z
    .string()
    .regex(
      /^[0-9a-f]{40}$/,
      'a commit, 40 hexadecimal digits (the data set’s page lists them): branches and tags move',
    ),
  path: z.string().regex(PATH, 'the path of a file inside the data set'),
});
/** One file of a repository on the Hugging Face Hub, at a commit. */
export type HubFile = z.infer<typeof HubFileSchema> & {
  /** What kind of repository it is in; absent: a data set. */
  kind?: 'model';
};

/** Whether this can be the path of a file inside a repository. */
export function isHubPath(path: string): boolean {
  return PATH.test(path);
}

/** For people: `owner/name@<commit>/<path>`; without a path, the repository. */
export function hubFileName({ repo, revision, path }: HubFile): string {
  return [`${repo}@${revision.slice(0, 8)}`, path].filter((part) => part !== '').join('/');
}
