import { describe, expect, it } from 'vitest';
import { isAlive } from '../../core/process-alive.ts';
import { runProcess } from '../../core/subprocess.ts';

const node = (script: string, more: object = {}) =>
  runProcess({ name: 'a program', command: process.execPath, args: ['-e', script], env: {}, ...more });

describe('runProcess', () => {
  it('gives lines as they come, the exit code and the end of stderr', async () => {
    const lines: string[] = [];
    const result = await node('console.log("a\\nb"); for (let i = 0; i < 30; i++) console.error(i); process.exit(3)', {
      onStdoutLine: (line: string) => lines.push(line),
    });
    expect(lines).toEqual(['a', 'b']);
    expect(result.exitCode).toBe(3);
    expect(result.stderrTail.split('\n')).toHaveLength(20);
    expect(result.stderrTail).toMatch(/29$/);
  });

  it('hands down the given environment and nothing else', async () => {
    process.env.TOOLKIT_TEST_SECRET = 'x';
    const result = await node('console.log(process.env.TOOLKIT_TEST_SECRET, process.env.GIVEN)', {
      env: { GIVEN: 'yes' },
    });
    delete process.env.TOOLKIT_TEST_SECRET;
    expect(result.stdout).toBe('undefined yes');
  });

  it('says what cannot be started', async () => {
    await expect(runProcess({ name: 'nothing', command: '/no/such/program', args: [], env: {} })).rejects.toMatchObject(
      {
        kind: 'environment',
        details: { where: '/no/such/program' },
      },
    );
  });

  it('keeps a detached child from the terminal’s signals, but not from the end of this process', async () => {
    const { stdout: group } = await runProcess({
      name: 'a shell',
      command: 'sh',
      args: ['-c', 'echo $$ $(ps -o pgid= -p $$)'],
      env: { PATH: process.env.PATH ?? '' },
      detached: true,
    });
    const [pid, pgid] = group.trim().split(/\s+/);
    expect(pgid).toBe(pid);
    const module = new URL('../../core/subprocess.ts', import.meta.url).href;
    const options = `{ name: 'a shell', command: '/bin/sh', args: ['-c', 'echo $$; exec sleep 60'], env: {}, detached: true, onStdoutLine: (pid) => { console.log(pid); process.exit(0); } }`;
    const { stdout } = await node(`import('${module}').then(({ runProcess }) => runProcess(${options}))`);
    await expect.poll(() => isAlive(Number(stdout))).toBe(false);
  });

  it('ends the child when a line callback throws, and throws the same', async () => {
    const tellsAndStays = 'console.log(1); console.log(2); console.error(3); setInterval(() => {}, 1000)';
    for (const name of ['onStdoutLine', 'onStderrLine']) {
      const callback = (line: string) => {
        throw new Error(`cannot take ${line}`);
      };
      await expect(node(tellsAndStays, { [name]: callback })).rejects.toThrow(/^cannot take [13]$/);
    }
  });

  it('kills a child that does not end in its time of grace', async () => {
    const controller = new AbortController();
    const stubborn = 'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)';
    const running = node(stubborn, {
      signal: controller.signal,
      graceMs: 100,
      onStdoutLine: () => controller.abort(),
    });
    await expect(running).rejects.toMatchObject({ kind: 'interrupted' });
  }, 8000);

  it('ends the child on abort', async () => {
    const controller = new AbortController();
    const lines: string[] = [];
    const running = node(
      'process.on("SIGTERM", () => { console.log("bye"); process.exit(0) }); console.log("up"); setInterval(() => {}, 1000)',
      {
        signal: controller.signal,
        onStdoutLine: (line: string) => {
          lines.push(line);
          if (line === 'up') controller.abort();
        },
      },
    );
    await expect(running).rejects.toMatchObject({ kind: 'interrupted' });
    expect(lines).toEqual(['up', 'bye']);
  });
});
