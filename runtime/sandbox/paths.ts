import { existsSync } from 'node:fs';
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isInside } from '../../core/is-inside.ts';
import type { ServerConfig } from '../mcp/servers-file.ts';

type StdioConfig = Extract<ServerConfig, { kind: 'stdio' }>;

/** One copied file or folder. */
export interface PathPair {
  original: string;
  copy: string;
  /** How results show the original: as the config writes it; relative to the server's own folder where that is relative. */
  shown: string;
}

/** Where each path of `copy` goes below `place`; relative ones start at the folder of the servers file. */
export function pathPairs(copies: readonly string[], folder: string, place: string, config: ServerConfig): PathPair[] {
  return copies.map((written, index) => {
    const original = resolve(folder, written);
    const shown =
      isAbsolute(written) || config.kind === 'http' ? original : relative(config.cwd, original).split(sep).join('/');
    return { original, copy: join(place, String(index), basename(original)), shown };
  });
}

/** The server's config with every path into an original put to its copy. */
export function redirectConfig(config: StdioConfig, pairs: readonly PathPair[]): StdioConfig {
  const cwd = inCopy(config.cwd, pairs) ?? config.cwd;
  const redirectArg = (arg: string) => {
    const target = resolve(config.cwd, arg);
    if (arg.startsWith('-')) return redirectText(arg, pairs);
    const looksLikePath = arg === '.' || arg.includes('/') || existsSync(target);
    if (!looksLikePath) return redirectText(arg, pairs);
    // A script beside the original folder is no longer beside the copy.
    return inCopy(target, pairs) ?? (cwd !== config.cwd && existsSync(target) ? target : redirectText(arg, pairs));
  };
  const env = Object.fromEntries(Object.entries(config.env).map(([key, value]) => [key, redirectText(value, pairs)]));
  // Dates in results must not depend on the machine.
  return { ...config, cwd, args: config.args.map(redirectArg), env: { TZ: 'UTC', ...env } };
}

/** A call's arguments with every string that is a path into an original put to its copy. */
export function redirectArguments(value: unknown, pairs: readonly PathPair[]): unknown {
  if (typeof value === 'string') return redirectValue(value, pairs);
  if (Array.isArray(value)) return value.map((item) => redirectArguments(item, pairs));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, redirectArguments(member, pairs)]));
}

/** A result with the copies' paths shown as the originals. */
export function showOriginals(text: string, pairs: readonly PathPair[]): string {
  return pairs.reduce((rest, { copy, shown }) => {
    const inside = shown === '' ? '' : `${shown}/`;
    return rest.replaceAll(`${copy}/`, inside).replaceAll(copy, shown || '.');
  }, text);
}

function inCopy(path: string, pairs: readonly PathPair[]): string | undefined {
  const pair = pairs.find(({ original }) => isInside(path, original));
  return pair && pair.copy + path.slice(pair.original.length);
}

function redirectValue(value: string, pairs: readonly PathPair[]): string {
  const absolute = isAbsolute(value) ? inCopy(value, pairs) : undefined;
  if (absolute !== undefined) return absolute;
  // `files/a.txt`, where the server runs beside `files`: without this it would reach the original.
  const plain = value.replace(/^\.\//, '');
  const pair = pairs.find(({ shown }) => shown !== '' && (plain === shown || plain.startsWith(`${shown}/`)));
  return pair ? pair.copy + plain.slice(pair.shown.length) : value;
}

/** Absolute paths inside longer texts: `--root=/data/files`, `/data/a:/data/b`. */
function redirectText(text: string, pairs: readonly PathPair[]): string {
  const whole = redirectValue(text, pairs);
  if (whole !== text) return whole;
  return pairs.reduce((rest, { original, copy }) => {
    const pattern = new RegExp(`(^|[=:;,"'\\s])${escaped(original)}(?=$|[/:;,"'\\s])`, 'g');
    return rest.replaceAll(pattern, (_, before: string) => before + copy);
  }, text);
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
