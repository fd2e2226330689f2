import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { ToolkitError } from '../core/errors.ts';
import { hashJson } from '../core/hash.ts';
import { lineEnds, readJsonl } from '../core/jsonl.ts';
import { ArgumentsSchema } from '../core/trace.ts';

/** What a server listed, as `discover` checks it: unchecked, without secrets. */
const ListingSchema = z.object({
  server: z.string(),
  title: z.string().optional(),
  version: z.string().optional(),
  tools: z.array(z.unknown()),
});
export type Listing = z.infer<typeof ListingSchema>;

/** What came of a call: a result, or how it broke its server. */
const AnswerSchema = z.union([
  z.object({
    content: z.string(),
    isError: z.boolean(),
    /** What the call did to the server's copies, where that was watched. */
    changes: z.enum(['none', 'housekeeping', 'data']).optional(),
  }),
  z.object({ broken: z.enum(['ended', 'silent', 'flooded']) }),
]);
export type Answer = z.infer<typeof AnswerSchema>;

/** A call and the state in which it was made. */
const AskedSchema = z.object({
  tool: z.string(),
  arguments: ArgumentsSchema,
  /** What was called on its server since the last reset and may have changed something, as one hash; empty: nothing. */
  after: z.string(),
});
export type Asked = z.infer<typeof AskedSchema>;

const LineSchema = z.union([
  z.object({ listing: ListingSchema }),
  z.object({ call: AskedSchema, answer: AnswerSchema }),
]);
type Line = z.infer<typeof LineSchema>;

/** What servers answered, in a file of JSON lines that can be committed. */
export interface Cassette {
  path: string;
  listings(): Listing[];
  answerTo(asked: Asked): Answer | undefined;
}

/** One that is being written: each answer is on disk before it is used. */
export interface RecordingCassette extends Cassette {
  addListing(listing: Listing): Promise<void>;
  /** The first answer to a call stays: a replay then goes as the recording went, though the server would answer otherwise by now. */
  addAnswer(asked: Asked, answer: Answer): Promise<void>;
  close(): Promise<void>;
}

class Tape implements Cassette {
  readonly path: string;
  readonly #listings = new Map<string, Listing>();
  readonly #answers = new Map<string, Answer>();

  constructor(path: string) {
    this.path = path;
  }

  listings(): Listing[] {
    return [...this.#listings.values()];
  }

  answerTo(asked: Asked): Answer | undefined {
    return this.#answers.get(hashJson(asked));
  }

  put(line: Line): void {
    if ('listing' in line) this.#listings.set(line.listing.server, line.listing);
    else this.#answers.set(hashJson(line.call), line.answer);
  }

  async load(): Promise<void> {
    for await (const line of readJsonl(this.path, LineSchema)) this.put(line);
  }
}

/** @throws ToolkitError (input) where there is none, or a line is wrong */
export async function readCassette(path: string): Promise<Cassette> {
  if (!existsSync(path))
    throw new ToolkitError({
      kind: 'input',
      what: 'there is no such cassette',
      where: path,
      todo: 'record one where the servers are: the same command with `--record FILE` in place of `--replay FILE`',
    });
  const tape = new Tape(path);
  await tape.load();
  return tape;
}

/** Begins a cassette, or goes on with one; a line that a crash left half written is cut off. */
export async function recordCassette(path: string): Promise<RecordingCassette> {
  mkdirSync(dirname(path), { recursive: true });
  const tape = new Tape(path);
  if (existsSync(path)) {
    truncateSync(path, (await lineEnds(path)).at(-1) ?? 0);
    await tape.load();
  }
  const output = createWriteStream(path, { flags: 'a' });
  await once(output, 'open');
  const write = async (line: Line) => {
    tape.put(line);
    await new Promise<void>((resolve, reject) => {
      output.write(`${JSON.stringify(line)}\n`, (error) => (error ? reject(error) : resolve()));
    });
  };
  return {
    path,
    listings: () => tape.listings(),
    answerTo: (asked) => tape.answerTo(asked),
    async addListing(listing) {
      const known = tape.listings().find(({ server }) => server === listing.server);
      if (known === undefined || hashJson(known) !== hashJson(listing)) await write({ listing });
    },
    async addAnswer(asked, answer) {
      if (tape.answerTo(asked) === undefined) await write({ call: asked, answer });
    },
    async close() {
      output.end();
      await once(output, 'close');
    },
  };
}
