import { createReadStream } from 'node:fs';
import type { z } from 'zod';
import { linesOf } from '../../core/jsonl.ts';

export interface SampleLine<T> {
  text: string;
  /** From 1. */
  number: number;
  /** `undefined` where it is no sample: that is the trainer's business. */
  sample: T | undefined;
}

/** The lines of a file of samples that are not empty. */
export async function* sampleLines<T>(path: string, schema: z.ZodType<T>): AsyncGenerator<SampleLine<T>> {
  let number = 0;
  for await (const text of linesOf(createReadStream(path, 'utf8'))) {
    number += 1;
    if (text.trim() !== '') yield { text, number, sample: parse(text, schema) };
  }
}

function parse<T>(text: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
