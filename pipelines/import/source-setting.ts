import { z } from 'zod';
import { type HubFile, HubFileSchema, hubFileName } from '../../core/hub/hub-file.ts';
import { MappingSchema } from '../../datasets/sources/mapping.ts';
import { SourceFormatSchema } from '../../datasets/sources/source-format.ts';

/** A file of one's own or of the Hugging Face Hub whose rows become traces. */
export const SourceSettingSchema = z
  .strictObject({
    /** Relative to the workspace. */
    file: z.string().min(1).optional(),
    /** `repo`, `revision` (a commit) and `path` of a data set's file. */
    hub: HubFileSchema.optional(),
    format: SourceFormatSchema,
    /** Which columns hold what, or the name of a ready mapping. */
    mapping: MappingSchema,
    /** The data set's name of a tool → its id in the catalogue. */
    rename: z.record(z.string(), z.string()).default({}),
  })
  .refine(({ file, hub }) => (file === undefined) !== (hub === undefined), 'either `file` or `hub`');
export type SourceSetting = z.infer<typeof SourceSettingSchema>;

/** For people. */
export function sourceName({ file, hub }: Pick<SourceSetting, 'file' | 'hub'>): string {
  return file ?? hubFileName(hub as HubFile);
}
