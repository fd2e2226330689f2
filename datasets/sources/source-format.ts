import { z } from 'zod';

/** `json` is one array of objects, `jsonl` an object on each line; the first line of `csv` names its columns. */
export const SourceFormatSchema = z.enum(['csv', 'jsonl', 'json']);
export type SourceFormat = z.infer<typeof SourceFormatSchema>;
