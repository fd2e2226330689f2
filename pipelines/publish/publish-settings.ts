import { z } from 'zod';

/** A way to send a release that the toolkit has no client for (S3 and the like): a program of the user's, run in the workspace. */
const CommandTargetSchema = z.strictObject({
  /** `$RELEASE_FOLDER` and `$RELEASE_NAME` in its environment say what to send; it has to end with 0 only where all has arrived. */
  command: z.array(z.string()).min(1),
  /** Names of the variables of yours that it gets besides: credentials, a profile. */
  variables: z.array(z.string()).default([]),
  timeoutSeconds: z.number().positive().default(3600),
});
export type CommandTarget = z.infer<typeof CommandTargetSchema>;

/** Texts that the scan may find and that are published all the same. */
const AllowedSchema = z.union(
  [
    z.string().min(1),
    z.strictObject({
      /** As a finding names it. */
      kind: z.string(),
      /** A file of the release, or a folder of it with `/` at its end. */
      file: z.string(),
    }),
  ],
  'a text, or {kind, file}',
);
export type Allowed = z.infer<typeof AllowedSchema>;

/** What `publish` sends where. */
export const PublishSchema = z.strictObject({
  /** `hub:owner/name`, a folder (relative to the workspace), or a command. */
  to: z
    .union([z.string().min(1), CommandTargetSchema], '`hub:owner/name`, a folder, or {command: [program, …]}')
    .optional(),
  /** Gates that the evaluation has to pass; relative to the workspace. */
  gates: z.string().optional(),
  /** Whether the base as it is served goes with its adapters; without, who fetches the release has to convert it again. */
  base: z.boolean().default(true),
  /** Whether the samples are published too, as a data set of their own. They hold queries and what tools answered. */
  data: z.boolean().default(false),
  /** Whether a repository that `publish` makes on the Hub can be seen by all. */
  public: z.boolean().default(false),
  /** Of the cards. */
  title: z.string().min(1).optional(),
  license: z.string().min(1).optional(),
  intendedUse: z.string().min(1).optional(),
  allow: z.array(AllowedSchema).default([]),
});
export type PublishSettings = z.infer<typeof PublishSchema>;
