import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AgentEvent } from '../../core/agent-event.ts';
import { isAlive } from '../../core/process-alive.ts';
import { PROJECT_ROOT } from '../../core/project.ts';
import { safeText } from '../../scripts/cli/safe-text.ts';
import { type AgentWorkspace, agentWorkspace } from '../fixtures/agent-workspace.ts';

const SCRIPT = join(PROJECT_ROOT, 'scripts', 'agent.ts');
const PYTHON = join(PROJECT_ROOT, '.venv', 'bin', 'python');
const TERMINAL = join(PROJECT_ROOT, 'test', 'fixtures', 'terminal.py');

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Running {
  child: ChildProcess;
  ended: Promise<{ code: number | null; out: string; said: string }>;
  /** Resolves when the text has been written, behind what was seen before. */
  see(text: string): Promise<void>;
  /** Types on the terminal, or writes to stdin. */
  type(text: string): void;
}

function start(command: string, args: readonly string[]): Running {
  const child = spawn(command, args, { env: { ...process.env, TERM: 'xterm-256color' } });
  children.push(child);
  const written = { out: '', said: '' };
  let seen = 0;
  child.stdout.on('data', (chunk) => {
    written.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    written.said += chunk;
  });
  return {
    child,
    ended: once(child, 'close').then(([code]) => ({ code: code as number | null, ...written })),
    async see(text) {
      for (let at = -1; at < 0; await sleep(20)) {
        if (child.exitCode !== null) throw new Error(`it ended before it said ${text}: ${written.out}${written.said}`);
        at = written.out.indexOf(text, seen);
        if (at >= 0) seen = at + text.length;
      }
    },
    type: (text) => void child.stdin.write(text),
  };
}

const agent = ({ context }: AgentWorkspace, ...args: string[]) =>
  start(process.execPath, [SCRIPT, '-w', context.workspace, ...args]);
const onTerminal = ({ context }: AgentWorkspace, ...args: string[]) =>
  start(PYTHON, [TERMINAL, '200', '50', process.execPath, SCRIPT, '-w', context.workspace, ...args]);

/** The random model calls a tool whatever it is asked; the base writes words. */
const QUERY = 'go fast';
const IN_WORDS = ['--threshold', '1', '--fallback', 'base'];

let workspace: AgentWorkspace;
beforeAll(async () => {
  workspace = await agentWorkspace();
});

async function end(running: Running) {
  running.child.stdin!.end();
  return running.ended;
}

const eventsIn = (out: string): AgentEvent[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const newCalls = async (of: AgentWorkspace, work: () => Promise<unknown>) => {
  const before = (await of.calls()).length;
  await work();
  return (await of.calls()).slice(before);
};

describe('without a terminal', () => {
  test('a call that needs the user’s word is refused: exit 1, nothing is called', async () => {
    const made = await newCalls(workspace, async () => {
      const { code, out, said } = await end(agent(workspace, QUERY));
      expect(code).toBe(1);
      expect(out).toBe('');
      expect(said).toMatch(
        /^1 files\.\w+ \d+\.\d% \(.*%\)\n {2}files · \w+ \{.*\}\nstopped: files\.\w+ may change.*--yes/m,
      );
    });
    expect(made).toEqual([]);
  });

  test('--yes calls, --json tells it, the query may come from stdin', async () => {
    const made = await newCalls(workspace, async () => {
      const running = agent(workspace, '-', '--json', '--yes', '--max-steps', '1');
      running.type(`${QUERY}\n`);
      const { code, out, said } = await end(running);
      expect(eventsIn(out).map(({ type }) => type)).toEqual(['selected', 'arguments', 'result', 'stopped']);
      expect(said).toBe('');
      expect(code).toBe(1);
    });
    expect(made).toHaveLength(1);
  });

  test('an answer goes to stdout, alone', async () => {
    const { code, out, said } = await end(agent(workspace, QUERY, ...IN_WORDS));
    expect(code).toBe(0);
    expect(said).toMatch(/^1 not sure enough: files.* the base goes on\n1 an answer in words \(by the base\)\n/);
    expect(out.length).toBeGreaterThan(1);
    expect(out).not.toMatch(/an answer in words/);
  });

  test('what the workspace calls safe is called', async () => {
    const safe = await agentWorkspace('nasty', { safe: ['files.*'] });
    const { said } = await end(agent(safe, QUERY, '--max-steps', '1'));
    expect(await safe.calls()).toHaveLength(1);
    expect(said).toContain('stopped: There is no answer after 1 steps.');
    // Nothing that a terminal would obey, and no line that only looks like one of ours.
    expect(safeText(said)).toBe(said);
    expect(said).not.toMatch(/^The user said yes/m);
  });

  test.each<[string[], RegExp]>([
    [[], /there is no query/],
    [['  '], /there is no query/],
    [['-'], /there is no query/],
    [['go', '--max-steps', '0'], /must be a number from 1/],
    [['go', '--threshold', '2'], /must be a number from 0 to 1/],
    [['go', '--fallback', 'nobody'], /there is no such fallback/],
    [['go', 'fast'], /too many arguments/],
  ])('%s is refused with what to do', async (args, message) => {
    const { code, said } = await end(agent(workspace, ...args));
    expect(said).toMatch(message);
    expect(code).toBe(2);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s in the middle of a call: exit 130, no process is left',
    async (signal) => {
      const slow = await agentWorkspace('slow');
      const running = agent(slow, QUERY, '--yes');
      let pid: number | undefined;
      while (pid === undefined) {
        await sleep(20);
        const [line] = await slow.calls();
        pid = line === undefined ? undefined : Number(line.split(' ')[0]);
      }
      running.child.kill(signal);
      const { code, said } = await running.ended;
      expect(code).toBe(130);
      expect(said).toContain('interrupted');
      expect(isAlive(pid)).toBe(false);
    },
  );
});

describe('on a terminal', () => {
  test('yes calls it, after the call was shown; typed ahead is no answer', async () => {
    const made = await newCalls(workspace, async () => {
      const running = onTerminal(workspace, QUERY, '--max-steps', '1');
      running.type('y\ny');
      await running.see('files · ');
      await running.see('does not say whether it changes something. Call it?');
      await sleep(300);
      running.type('maybe\n');
      await running.see('Call it?');
      running.type('y\n');
      await running.see('→ did ');
      expect((await running.ended).code).toBe(1);
    });
    expect(made).toHaveLength(1);
  });

  test('no is told to the model, and nothing is called', async () => {
    const made = await newCalls(workspace, async () => {
      const running = onTerminal(workspace, QUERY, '--max-steps', '1');
      await running.see('Call it?');
      running.type('n\n');
      await running.see('The user declined this call. (not called)');
      await running.ended;
    });
    expect(made).toEqual([]);
  });

  test.each([
    ['q', 'q\n'],
    ['the end of the input', '\u0004'],
    ['Ctrl-C', '\u0003'],
  ])('%s at the question ends it with 130, and nothing is called', async (_, keys) => {
    const made = await newCalls(workspace, async () => {
      const running = onTerminal(workspace, QUERY);
      await running.see('Call it?');
      running.type(keys);
      expect((await running.ended).code).toBe(130);
    });
    expect(made).toEqual([]);
  });

  test('Ctrl-C in the middle of a call ends it with 130', async () => {
    const slow = await agentWorkspace('slow', { safe: ['files.*'] });
    const running = onTerminal(slow, QUERY);
    while ((await slow.calls()).length === 0) await sleep(20);
    running.type('\u0003');
    expect((await running.ended).code).toBe(130);
    expect(isAlive(Number((await slow.calls())[0]!.split(' ')[0]))).toBe(false);
  });

  /** Where a line is awaited. */
  const PROMPT = '\u001b[0J> ';

  test('without a query it is a conversation, which a blank line ends', async () => {
    const running = onTerminal(workspace, '--max-steps', '1');
    await running.see(PROMPT);
    running.type(`${QUERY}\n`);
    await running.see('Call it?');
    running.type('a\n');
    await running.see('→ did ');
    await running.see(PROMPT);
    running.type('\n');
    expect((await running.ended).code).toBe(0);
  });

  test('Ctrl-D ends it too, also while the model is at work', async () => {
    const running = onTerminal(workspace, '--max-steps', '1', '--yes');
    await running.see(PROMPT);
    running.type(`${QUERY}\n`);
    await running.see('files · ');
    running.type('\u0004');
    expect((await running.ended).code).toBe(0);
  });
});
