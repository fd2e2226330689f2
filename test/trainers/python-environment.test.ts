import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProcess } from '../../core/subprocess.ts';
import { ensurePython, type PythonPlace } from '../../trainers/python-environment.ts';

const TIMEOUT = 300_000;
const WHEEL = `
import sys, zipfile
info = "tinything-1.0.dist-info"
with zipfile.ZipFile(sys.argv[1] + "/tinything-1.0-py3-none-any.whl", "w") as wheel:
    wheel.writestr("tinything.py", "answer = 42")
    wheel.writestr(info + "/METADATA", "Metadata-Version: 2.1\\nName: tinything\\nVersion: 1.0\\n")
    wheel.writestr(info + "/WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(info + "/RECORD", "")
`;
let folder: string;
let place: PythonPlace;
let env: Record<string, string>;
const { signal } = new AbortController();

const run = async (command: string, ...args: string[]) =>
  (await runProcess({ name: command, command, args, env })).stdout;
const ensure = async (at = place, environment = env) => {
  const notes: string[] = [];
  const python = await ensurePython(
    { env: environment, signal },
    (event) => notes.push('note' in event ? (event.note ?? '') : event.type),
    at,
  );
  return { python, notes };
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'python-'));
  place = { folder: join(folder, '.venv'), requirements: join(folder, 'requirements.txt') };
  env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', PIP_NO_INDEX: '1', PIP_FIND_LINKS: folder };
  await run('python3', '-c', WHEEL, folder);
  await writeFile(place.requirements, '# what is needed\ntinything==1.0\nnever==9; python_version < "3"\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test(
  'makes the environment, is at once done the next time, and repairs what was interrupted',
  async () => {
    const first = await ensure();
    expect(await run(first.python, '-c', 'import tinything; print(tinything.answer)')).toBe('42');
    expect(
      first.notes.findIndex((note) => /1 packages, .* MB from this machine .*tinything==1\.0/.test(note)),
    ).toBeLessThan(first.notes.findIndex((note) => note.startsWith('Processing')));
    expect((await ensure()).notes).toEqual([]);

    // One that was made by hand and holds what is needed is taken as it is.
    await rm(join(place.folder, '.complete.json'));
    expect((await ensure()).notes).toEqual([]);
    expect(existsSync(join(place.folder, '.complete.json'))).toBe(true);

    // Killed while pip was at work: made anew.
    await rm(join(place.folder, '.complete.json'));
    await writeFile(join(place.folder, '.installing'), '');
    await writeFile(join(place.folder, 'rubbish'), '');
    expect((await ensure()).notes[0]).toMatch(/making \.venv with Python 3/);
    expect(existsSync(join(place.folder, 'rubbish'))).toBe(false);
    expect(await run(first.python, '-c', 'import tinything; print(tinything.answer)')).toBe('42');

    // Other requirements: brought up to date, and what pip cannot find is told.
    await writeFile(place.requirements, 'tinything==2.0\n');
    await expect(ensure()).rejects.toMatchObject({
      kind: 'environment',
      message: expect.stringContaining('tinything==2.0'),
    });
    await writeFile(place.requirements, '# what is needed\ntinything==1.0\n');
  },
  TIMEOUT,
);

test(
  'one above another: sees its packages, fetches only what is missing, and is looked at again when those change',
  async () => {
    const below = { folder: join(folder, 'below', '.venv'), requirements: join(folder, 'below.txt'), above: place };
    await writeFile(below.requirements, 'tinything==1.0\n');
    await ensure();
    const first = await ensure(below);
    expect(first.notes.filter((note) => note.includes('packages'))).toEqual([]);
    expect(first.python).toContain(below.folder);
    expect(await run(first.python, '-c', 'import tinything; print(tinything.__file__)')).toContain(place.folder);
    expect((await ensure(below)).notes).toEqual([]);

    await writeFile(place.requirements, '# now nothing\n');
    await writeFile(below.requirements, 'tinything==1.0\nmissing==9; python_version < "3"\n');
    expect((await ensure(below)).python).toBe(first.python);
    await writeFile(place.requirements, '# what is needed\ntinything==1.0\n');
  },
  TIMEOUT,
);

test(
  'two at once: one makes it, the other waits',
  async () => {
    const at = { ...place, folder: join(folder, 'two', '.venv') };
    const [one, other] = await Promise.all([ensure(at), ensure(at)]);
    expect(one.python).toBe(other.python);
    expect([...one.notes, ...other.notes].filter((note) => note.startsWith('making'))).toHaveLength(1);
  },
  TIMEOUT,
);

test('the wait for another process ends when it is stopped', async () => {
  const at = { ...place, folder: join(folder, 'waiting', '.venv') };
  await mkdir(join(folder, 'waiting', '.cache'), { recursive: true });
  const cache = join(folder, 'waiting', '.cache');
  const release = await lock(join(cache, 'python'), { realpath: false, lockfilePath: join(cache, '.python.lock') });
  const stop = new AbortController();
  const waiting = ensurePython({ env, signal: stop.signal }, () => stop.abort(), at);
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  await release();
});

test('says what is missing: no Python, one that is too old, one without its venv module', async () => {
  const at = { ...place, folder: join(folder, 'other', '.venv') };
  const fake = async (name: string, script: string) => {
    const path = join(folder, name, 'python3');
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    return path;
  };
  const fails = (environment: Record<string, string>) => expect(ensure(at, environment)).rejects;
  await fails({ PATH: join(folder, 'nowhere') }).toMatchObject({
    kind: 'environment',
    message: expect.stringContaining('Python is missing'),
  });
  await fails({ ...env, PYTHON: '/no/such/python' }).toThrow(
    /PYTHON names no Python that runs[\s\S]*\/no\/such\/python/,
  );
  const old = await fake('old', 'echo 3.8.10');
  await fails({ PATH: join(folder, 'old') }).toThrow(
    /no suitable Python[\s\S]*3\.10 to 3\.14[\s\S]*python3 is 3\.8\.10/,
  );
  await fails({ ...env, PYTHON: old }).toThrow(/is 3\.8\.10/);
  const bare = await fake('bare', 'case "$1" in -c) echo 3.12.3;; *) echo "ensurepip is not available"; exit 1;; esac');
  await fails({ ...env, PYTHON: bare }).toThrow(/apt install python3\.12-venv/);
  expect(existsSync(at.folder)).toBe(false);
});

test('the pinned requirements name what training and conversion import', async () => {
  const text = await readFile(join(import.meta.dirname, '../../trainers/python/requirements.txt'), 'utf8');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  for (const line of lines) expect(line).toMatch(/^[a-z]+==\d+\.\d+(\.\d+)?(; .*)?$/);
  for (const name of ['torch', 'transformers', 'peft', 'gguf', 'sentencepiece', 'protobuf', 'numpy', 'safetensors']) {
    expect(text).toContain(`\n${name}==`);
  }
});
