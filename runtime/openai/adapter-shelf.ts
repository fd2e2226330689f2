import PQueue from 'p-queue';
import { ToolkitError } from '../../core/errors.ts';
import type { CompletionsServer } from './completions-server.ts';

/** An adapter that a server may be asked to load. */
export interface ServedAdapter {
  /** As the bundle calls it. */
  name: string;
  /** Its name on the server: with its content's hash, as a server may keep a prefix of what had the same name before (vllm#42125). */
  id: string;
  /** Its folder in PEFT's form, as the server sees it. */
  folder: string;
}

export interface ShelfOptions {
  loads: boolean;
  /** What the server has already. */
  listed: readonly string[];
  /** Most that this engine has loaded at a time. */
  limit: number;
}

/** The adapters that a server has loaded for one engine; the least recently used one makes room. */
export class AdapterShelf {
  readonly #server: CompletionsServer;
  readonly #options: ShelfOptions;
  /** Requests under way by the adapter's id, in the order of use, oldest first. */
  readonly #users = new Map<string, number>();
  /** Loading and unloading, one at a time. */
  readonly #changes = new PQueue({ concurrency: 1 });
  #onRelease: () => void = () => {};

  constructor(server: CompletionsServer, options: ShelfOptions) {
    this.#server = server;
    this.#options = options;
  }

  /** Does something with an adapter, which stays loaded meanwhile. @param work is given the adapter's id on the server */
  async use<T>(adapter: ServedAdapter, work: (id: string) => Promise<T>): Promise<T> {
    if (!this.#options.loads) return work(this.#listedId(adapter));
    try {
      return await this.#useOnce(adapter, work);
    } catch (error) {
      if (!isUnknownModel(error)) throw error;
      // A server that was started again has forgotten it.
      await this.#changes.add(() => this.#forgetUnlisted(adapter.id));
      return this.#useOnce(adapter, work);
    }
  }

  async #useOnce<T>(adapter: ServedAdapter, work: (id: string) => Promise<T>): Promise<T> {
    await this.#changes.add(() => this.#take(adapter));
    try {
      return await work(adapter.id);
    } finally {
      const users = this.#users.get(adapter.id);
      if (users !== undefined) this.#users.set(adapter.id, users - 1);
      this.#onRelease();
    }
  }

  /** Unloads what was loaded. */
  async close(): Promise<void> {
    const ids = [...this.#users.keys()];
    this.#users.clear();
    await Promise.allSettled(ids.map((id) => this.#unload(id)));
  }

  async #take(adapter: ServedAdapter): Promise<void> {
    const users = this.#users.get(adapter.id);
    if (users === undefined) {
      await this.#makeRoom();
      await this.#load(adapter);
    }
    this.#users.delete(adapter.id);
    this.#users.set(adapter.id, (users ?? 0) + 1);
  }

  async #makeRoom(): Promise<void> {
    while (this.#users.size >= this.#options.limit) {
      const idle = [...this.#users].find(([, users]) => users <= 0)?.[0];
      if (idle === undefined) {
        await new Promise<void>((resolve) => {
          this.#onRelease = resolve;
        });
      } else {
        this.#users.delete(idle);
        await this.#unload(idle);
      }
    }
  }

  async #load(adapter: ServedAdapter): Promise<void> {
    const { id, folder } = adapter;
    const { status, said } = await this.#server
      .post('/load_lora_adapter', { lora_name: id, lora_path: folder }, 2)
      .catch(internalError);
    if (status === 200 || /already (been )?loaded/i.test(said)) return;
    throw new ToolkitError({
      kind: 'input',
      what: `the server does not load the adapter ${adapter.name}`,
      where: folder,
      found: said.slice(0, 500),
      todo:
        'see that it sees this folder (`engine.openai.adapters` says under which path it sees the workspace’s `adapters`), ' +
        'and that it runs with --enable-lora and a --max-lora-rank that is large enough',
    });
  }

  async #unload(id: string): Promise<void> {
    await this.#server.post('/unload_lora_adapter', { lora_name: id }, 2);
  }

  async #forgetUnlisted(id: string): Promise<void> {
    const models = await this.#server.models();
    if (!models.some((model) => model.id === id)) this.#users.delete(id);
  }

  #listedId({ name, id, folder }: ServedAdapter): string {
    const { listed } = this.#options;
    const found = [id, name].find((one) => listed.includes(one));
    if (found !== undefined) return found;
    throw new ToolkitError({
      kind: 'environment',
      what: `the server does not have the adapter ${name}, and loads none while it runs`,
      where: this.#server.where,
      expected: `${id} or ${name} among its models`,
      found: listed.join(', ') || 'no adapter',
      todo: `start vLLM with VLLM_ALLOW_RUNTIME_LORA_UPDATING=True in its environment, or with --lora-modules ${id}=${folder}`,
    });
  }
}

/** vLLM: "The model `…` does not exist." */
function isUnknownModel(error: unknown): boolean {
  return error instanceof ToolkitError && error.kind === 'input' && /does not exist/.test(error.details.found ?? '');
}

/** vLLM answers 500 where an adapter does not suit it, such as one of too high a rank. */
function internalError(error: unknown): { status: number; said: string } {
  if (error instanceof ToolkitError && error.kind === 'failed')
    return { status: 500, said: error.details.found ?? error.message };
  throw error;
}
