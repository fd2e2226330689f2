import { posix } from 'node:path';
import type { Row } from './harvest.ts';
import { replaceablePieces } from './replaceable.ts';
import { samplePlain } from './sample-plain.ts';
import { NoValue, type Sampling } from './sampling.ts';
import type { Slot } from './slots.ts';
import { inventFileName, inventStem } from './words/invent.ts';
import { NOUNS, TOPICS } from './words/lists.ts';

const ROOT_SHARE = 0.08;

/** A path that exists, or for what a call makes, a new one in a folder that exists. */
export function samplePath(sampling: Sampling, slot: Slot): string {
  const { random, state } = sampling;
  const isFolder =
    slot.kind === 'folder' || (slot.kind === 'path' && (state.files.length === 0 || random.chance(0.25)));
  if (slot.fresh) return isFolder ? newFolder(sampling) : newFile(sampling);
  const pool = isFolder ? state.folders : state.files;
  if (isFolder && (pool.length === 0 || (slot.kind === 'folder' && random.chance(ROOT_SHARE)))) return '.';
  if (pool.length === 0) throw new NoValue('no file is known');
  return random.pick(pool);
}

function newFolder(sampling: Sampling): string {
  const { random } = sampling;
  const name = () =>
    random.pick([
      inventStem(random),
      inventStem(random),
      random.pick(NOUNS),
      random.pick(TOPICS),
      String(2018 + random.int(12)),
    ]);
  const path = random.chance(0.2) ? posix.join(name(), name()) : name();
  return isNew(sampling, posix.join(someFolder(sampling), path));
}

function newFile(sampling: Sampling): string {
  const { random, state } = sampling;
  // Writing over what is there is a use of its own.
  if (state.files.length > 0 && random.chance(0.12)) return random.pick(state.files);
  return isNew(sampling, posix.join(someFolder(sampling), inventFileName(random)));
}

function someFolder({ random, state }: Sampling): string {
  return state.folders.length > 0 && random.chance(0.8) ? random.pick(state.folders) : '';
}

function isNew({ state }: Sampling, path: string): string {
  if (state.files.includes(path) || state.folders.includes(path)) throw new NoValue('the path exists already');
  return path;
}

/** Where the source goes: another name, another folder, or both. */
export function sampleDestination(sampling: Sampling, slot: Slot): unknown {
  const { random, args, state, model } = sampling;
  const source = model.slots
    .map(({ name, kind }) => (kind === 'file' || kind === 'path' || kind === 'folder' ? args[name] : undefined))
    .find((value) => typeof value === 'string');
  if (typeof source !== 'string') return samplePlain(random, { ...slot, kind: 'name' });
  const { dir, base, ext } = posix.parse(source);
  const newName = ext === '' ? inventStem(random) : inventFileName(random, ext.slice(1));
  const elsewhere = state.folders.filter((path) => path !== dir && path !== source && !path.startsWith(`${source}/`));
  const folder = elsewhere.length > 0 ? random.pick(elsewhere) : '';
  const path = random.pick([
    posix.join(dir, newName),
    posix.join(folder, base),
    posix.join(folder, base),
    posix.join(folder, newName),
  ]);
  if (path === source) throw new NoValue('the destination is the source');
  return isNew(sampling, path);
}

/** Files below the folder that the call looks into. */
function filesBelow({ args, state, model }: Sampling): string[] {
  const slot = model.slots.find(({ kind, name }) => (kind === 'folder' || kind === 'path') && name in args);
  const folder = slot === undefined ? '.' : String(args[slot.name]);
  return folder === '.' ? state.files : state.files.filter((path) => path.startsWith(`${folder}/`));
}

/** A pattern that something below the folder matches: by extension, by a word of the name, by whole name. */
export function sampleGlob(sampling: Sampling): string {
  const { random } = sampling;
  const files = filesBelow(sampling);
  if (files.length === 0) throw new NoValue('no file below the folder');
  const { name, ext, base } = posix.parse(random.pick(files));
  const word = random.pick(
    name
      .split(/[-_ ]/)
      .filter((part) => part.length > 2)
      .concat(name),
  );
  return random.pick([
    `**/*${ext || '.*'}`,
    `**/*${ext || '.*'}`,
    `**/*${word}*`,
    `**/*${word}*`,
    `**/${base}`,
    `**/*${word}*${ext}`,
  ]);
}

/** A pattern that leaves out some of what is below the folder, and nothing that the call's own pattern asks for by its ending. */
export function sampleExclude(sampling: Sampling): string {
  const { random, args, model } = sampling;
  const files = filesBelow(sampling);
  const folder = model.slots.find(({ kind }) => kind === 'folder');
  const base = folder === undefined || args[folder.name] === '.' ? '' : String(args[folder.name]);
  const wanted = posix.extname(String(args[model.slots.find(({ kind }) => kind === 'glob')?.name ?? ''] ?? ''));
  const subfolders = files.flatMap((path) => posix.relative(base, path).split('/').slice(0, -1));
  const endings = files.map((path) => posix.extname(path)).filter((ending) => ending !== '' && ending !== wanted);
  const options = [...new Set([...subfolders, ...endings.flatMap((ending) => [`*${ending}`, `**/*${ending}`])])];
  if (options.length === 0) throw new NoValue('nothing below the folder to leave out');
  return random.pick(options);
}

const LONGEST_OLD = 48;

/** A piece of the file's own text and what is to stand in its place. */
export async function sampleEdit(sampling: Sampling, slot: Slot): Promise<Row> {
  const { random, state, model, args } = sampling;
  const file = model.slots.find(({ kind }) => kind === 'file' || kind === 'path');
  const text = file && (await state.textOf(String(args[file.name])));
  if (!text) throw new NoValue('no text of the file is known');
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length > 2);
  const pieces = lines
    .flatMap((line) => replaceablePieces(random, line))
    .filter(({ old, fresh }) => old.length <= LONGEST_OLD && text.split(old).length === 2 && old !== fresh);
  if (pieces.length === 0) throw new NoValue('no piece of the text occurs once');
  const { old, fresh } = random.pick(pieces);
  return Object.fromEntries(slot.members.map(({ name, kind }) => [name, kind === 'old-text' ? old : fresh]));
}
