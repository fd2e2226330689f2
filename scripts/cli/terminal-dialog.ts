import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline/promises';
import type { Decision, PlannedCall } from '../../core/agent-event.ts';
import { effectText } from './agent-lines.ts';

const DECISIONS: Readonly<Record<string, Decision>> = {
  ...{ y: 'yes', yes: 'yes', n: 'no', no: 'no' },
  ...{ a: 'always', always: 'always', q: 'quit', quit: 'quit' },
};
const QUESTION = 'y yes · n no · a always this tool · q quit > ';

/**
 * Asks a person on the terminal. It is open all the time, so that what was typed before a question is never taken for its answer; Ctrl-C is then a key
 * like others, which it turns into the signal again.
 */
export class TerminalDialog implements Disposable {
  readonly #lines: Interface;
  readonly #signal: AbortSignal;
  readonly #ended: Promise<undefined>;
  #isOver = false;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.#lines = createInterface({ input: process.stdin, output: process.stderr, terminal: true, prompt: '' });
    this.#lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    this.#lines.once('close', () => {
      this.#isOver = true;
    });
    this.#ended = once(this.#lines, 'close').then(() => undefined);
  }

  /** Whether a person sits at both ends. */
  static isPossible(): boolean {
    return process.stdin.isTTY === true && process.stderr.isTTY === true;
  }

  /** One line; `undefined` at the end of the input (Ctrl-D, also before the question). */
  async line(question: string): Promise<string | undefined> {
    this.#signal.throwIfAborted();
    if (this.#isOver) return undefined;
    // What was typed meanwhile was no answer.
    this.#lines.write(null, { ctrl: true, name: 'e' });
    this.#lines.write(null, { ctrl: true, name: 'u' });
    const asked = this.#lines.question(question, { signal: this.#signal });
    return Promise.race([asked, this.#ended]).catch((error: unknown) => {
      this.#signal.throwIfAborted();
      if (error instanceof Error && error.name === 'AbortError') return undefined;
      throw error;
    });
  }

  /** What is to become of a call; the end of the input is to quit. */
  async decide(call: PlannedCall): Promise<Decision> {
    for (;;) {
      const answer = await this.line(`  ${effectText(call)}. Call it? ${QUESTION}`);
      if (answer === undefined) return 'quit';
      const decision = DECISIONS[answer.trim().toLowerCase()];
      if (decision !== undefined) return decision;
    }
  }

  [Symbol.dispose](): void {
    this.#lines.close();
  }
}
