import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ChatAnswer, ChatAnswerSchema } from '../../../core/chat-model.ts';
import { readJsonFile, writeJsonFile } from '../../../core/json-file.ts';
import type { Usage } from './budget.ts';

/** Answers that were paid for, one file each, named by the hash of what was asked. They outlive runs and stages. */
export class AnswerCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws ToolkitError (input) where somebody spoilt the file */
  async read(key: string): Promise<ChatAnswer | undefined> {
    const path = this.#path(key);
    return existsSync(path) ? readJsonFile(path, ChatAnswerSchema) : undefined;
  }

  /** When this returns, the answer is on the disk: whatever ends the process then, it is not asked for again. */
  async write(key: string, answer: ChatAnswer): Promise<void> {
    await writeJsonFile(this.#path(key), answer);
  }

  /** What all answers together took. */
  async usage(): Promise<Usage> {
    const total: Usage = { requests: 0, input: 0, output: 0 };
    if (!existsSync(this.#folder)) return total;
    for (const name of await readdir(this.#folder, { recursive: true })) {
      // A dot file is what a killed run was about to write.
      if (!/(^|[\\/])[0-9a-f]+\.json$/.test(name)) continue;
      const { tokens } = await readJsonFile(join(this.#folder, name), ChatAnswerSchema);
      total.requests += 1;
      total.input += tokens.input;
      total.output += tokens.output;
    }
    return total;
  }

  #path(key: string): string {
    const hash = key.replace(/^sha256:/, '');
    return join(this.#folder, hash.slice(0, 2), `${hash}.json`);
  }
}
