import PQueue from 'p-queue';
import type { Sandbox } from '../../../runtime/sandbox.ts';

/** Sandboxes, each for one user at a time, who finds it as new. */
export class SandboxPool implements AsyncDisposable {
  readonly #open: () => Promise<Sandbox>;
  readonly #queue: PQueue;
  readonly #free: Sandbox[] = [];

  constructor(open: () => Promise<Sandbox>, size: number) {
    this.#open = open;
    this.#queue = new PQueue({ concurrency: size });
  }

  use<T>(work: (sandbox: Sandbox) => Promise<T>): Promise<T> {
    return this.#queue.add(async () => {
      const sandbox = this.#free.pop() ?? (await this.#open());
      try {
        await sandbox.reset();
        return await work(sandbox);
      } finally {
        this.#free.push(sandbox);
      }
    });
  }

  /** When nobody uses any of them. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const sandbox of this.#free.splice(0)) await sandbox.close();
  }
}
