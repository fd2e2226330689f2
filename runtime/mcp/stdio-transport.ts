import type { ChildProcess } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { getDefaultEnvironment } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ReadBuffer, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import spawn from 'cross-spawn';
import { MessageTooLong } from './message-too-long.ts';

export interface StdioServer {
  command: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
}

const GRACE_MS = 2000;
const LOOK_EVERY_MS = 5;
const HAS_GROUPS = process.platform !== 'win32';

/** Servers that run now: ended in any case when this process is. */
const running = new Set<number>();
process.once('exit', () => {
  for (const pid of running) tell(pid, 'SIGKILL');
});

/**
 * Speaks with a server over its standard streams. In place of the SDK's own transport, which ends only the process that it started, and does not
 * wait for that where the handshake failed: here the server leads a process group of its own, `close` ends all of it, and waits until it is gone.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly stderr = new PassThrough();
  readonly #server: StdioServer;
  readonly #buffer = new ReadBuffer();
  #child?: ChildProcess;
  #closing?: Promise<void>;

  constructor(server: StdioServer) {
    this.#server = server;
  }

  start(): Promise<void> {
    const { command, args, cwd, env } = this.#server;
    const child = spawn(command, [...args], {
      cwd,
      // The SDK's own default: HOME, LOGNAME, PATH, SHELL, TERM and USER where they are missing.
      env: { ...getDefaultEnvironment(), ...env },
      stdio: 'pipe',
      detached: HAS_GROUPS,
      windowsHide: true,
    });
    this.#child = child;
    if (child.pid !== undefined) running.add(child.pid);
    child.stderr?.pipe(this.stderr);
    child.stdout?.on('data', (chunk: Buffer) => this.#read(chunk));
    for (const stream of [child.stdin, child.stdout]) stream?.on('error', (error) => this.onerror?.(error));
    // What it started may still hold its streams, which ends only with them.
    child.on('exit', () => void this.close());
    child.on('close', () => this.onclose?.());
    return new Promise((resolve, reject) => {
      child.on('spawn', resolve);
      child.on('error', (error) => {
        reject(error);
        this.onerror?.(error);
      });
    });
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const stdin = this.#child?.stdin;
    if (!stdin?.writable) throw new Error('Not connected');
    if (!stdin.write(serializeMessage(message))) await new Promise((resolve) => stdin.once('drain', resolve));
  }

  /** Resolves when the server and all that it started are gone, however often it is called. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined) return;
    const { pid } = child;
    child.stdin?.end();
    await within(GRACE_MS, () => child.exitCode !== null || child.signalCode !== null);
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      if (!tell(pid, signal)) break;
      await within(GRACE_MS, () => !tell(pid, 0));
    }
    running.delete(pid);
  }

  #read(chunk: Buffer): void {
    try {
      this.#buffer.append(chunk);
    } catch {
      // The only thing that it refuses. What comes now would begin in the middle of the message.
      this.#child?.stdout?.destroy();
      this.onerror?.(new MessageTooLong());
      void this.close();
      return;
    }
    for (let more = true; more; ) more = this.#readMessage();
  }

  #readMessage(): boolean {
    try {
      const message = this.#buffer.readMessage();
      if (message !== null) this.onmessage?.(message);
      return message !== null;
    } catch (error) {
      this.onerror?.(error as Error);
      return true;
    }
  }
}

/** Sends a signal to a server and all that it started; 0 only asks. `false`: none of them lives. */
function tell(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(HAS_GROUPS ? -pid : pid, signal);
  } catch {
    return false;
  }
}

async function within(limit: number, isDone: () => boolean): Promise<void> {
  for (const end = Date.now() + limit; !isDone() && Date.now() < end; ) await sleep(LOOK_EVERY_MS);
}
