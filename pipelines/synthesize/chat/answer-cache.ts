import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ChatAnswer, ChatAnswerSchema } from '../../../core/chat-model.ts';
import { readJsonFile } from '../../../core/json-file.ts';
import type { Usage } from './budget.ts';

/** Of an answer that is not yet safe from a power failure. */
const RECEIVED = '.received';
const ANSWER = /(^|[\\/])[0-9a-f]+\.json(\.received)?$/;

/**
 * Answers that were paid for, one file each, named by the hash of what was asked. They outlive runs and stages. Whatever kills the process: an
 * answer that was received and kept is not asked for again, and it is kept before anything else is done. One that was still on its way is lost.
 */
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

  /** Keeps an answer: at once against the end of this process, and when the promise is settled against a power failure too. */
  async write(key: string, answer: ChatAnswer): Promise<void> {
    const path = this.#path(key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path + RECEIVED, `${JSON.stringify(answer, null, 2)}\n`);
    await secure(path);
  }

  /** Secures what a killed run received, and adds up what all answers together took. */
  async recover(): Promise<Usage> {
    const total: Usage = { requests: 0, input: 0, output: 0 };
    for (const path of await this.#paths()) {
      const answer = path.endsWith(RECEIVED) ? await recovered(path) : await readJsonFile(path, ChatAnswerSchema);
      if (answer === undefined) continue;
      total.requests += 1;
      total.input += answer.tokens.input;
      total.output += answer.tokens.output;
    }
    return total;
  }

  async #paths(): Promise<string[]> {
    if (!existsSync(this.#folder)) return [];
    const names = await readdir(this.#folder, { recursive: true });
    return names.filter((name) => ANSWER.test(name)).map((name) => join(this.#folder, name));
  }

  #path(key: string): string {
    const hash = key.replace(/^sha256:/, '');
    return join(this.#folder, hash.slice(0, 2), `${hash}.json`);
  }
}

async function secure(path: string): Promise<void> {
  const file = await open(path + RECEIVED, 'r+');
  await file.sync().finally(() => file.close());
  await rename(path + RECEIVED, path);
}

/** The answer in a file that a killed run left, unless it is only half there. */
async function recovered(received: string): Promise<ChatAnswer | undefined> {
  const answer = await readJsonFile(received, ChatAnswerSchema).catch(() => undefined);
  if (answer === undefined) await rm(received);
  else await secure(received.slice(0, -RECEIVED.length));
  return answer;
}
