import { HIDDEN, hideSecretForms } from './secret-forms.ts';
import type { ServerConfig } from './servers-file.ts';

/** Takes secrets out of a text. */
export type Redact = (text: string) => string;

/** Shorter values (ports, `1`, `true`) are no secrets and would blank out half of a message. */
const SHORTEST_SECRET = 6;
/** Values of plainly named paths and switches are left, so that messages stay readable. */
const PLAIN_NAME = /(path|dir|folder|file|home|level|mode|host|port|lang|tz)$/i;

const SECRET_NAME = /token|secret|password|api-?_?key|auth|signature/i;
const FLAG = /^-{1,2}[\w-]+$/;
const HEADER_FLAG = /^(-H|--headers?)$/;

/**
 * Header values, env values, arguments that are named as secrets, user, password and query of URLs, and whatever else has the form of a secret
 * become `[redacted]`. Half surrogate pairs, which no tokenizer takes, become U+FFFD.
 */
export function redactor(config: ServerConfig): Redact {
  const secrets = secretsOf(config).sort((a, b) => b.length - a.length);
  const users = textsOf(config).flatMap(userInfosIn);
  return (text) => {
    // With its `@`: a short password is hidden in its URL and nowhere else.
    const rest = users.reduce((all, user) => all.replaceAll(`${user}@`, `${HIDDEN}@`), text.toWellFormed());
    return hideSecretForms(secrets.reduce((all, secret) => all.replaceAll(secret, HIDDEN), rest));
  };
}

/** The members of a tool that a server writes for people; names and values that calls depend on stay as they are. */
const PROSE = new Set(['description', 'title', '$comment', 'default', 'examples']);

/** A listed tool without secrets in what it says, at any depth of its schema. */
export function redactProse(value: unknown, redact: Redact, key = ''): unknown {
  if (typeof value === 'string') return PROSE.has(key) ? redact(value) : value;
  if (Array.isArray(value)) return value.map((item) => redactProse(item, redact, key));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, redactProse(member, redact, name)]));
}

/** A URL without the parts that may hold secrets. */
export function shownUrl(text: string): string {
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname}`;
}

/** Texts of a server's config that have to stay secret, as they are written there and as they may be told back. */
export function secretsOf(config: ServerConfig): string[] {
  const values =
    config.kind === 'http' ? Object.values(config.headers) : [...secretEnv(config.env), ...secretArgs(config.args)];
  // `Bearer abc` may be told back as `abc`.
  const parts = values.flatMap((value) => [value, ...value.split(/\s+/)]);
  const inUrls = textsOf(config).flatMap((text) => [
    ...userInfosIn(text).map((user) => user.slice(user.indexOf(':') + 1)),
    ...queriesIn(text).flatMap(([name, value]) => (config.kind === 'http' || SECRET_NAME.test(name) ? [value] : [])),
  ]);
  const all = [...parts, ...inUrls.flatMap((secret) => [secret, percentDecoded(secret)])];
  return [...new Set(all)].filter((part) => part.length >= SHORTEST_SECRET && part !== 'Bearer');
}

/** Every text of the config that may hold a URL. */
function textsOf(config: ServerConfig): string[] {
  return config.kind === 'http' ? [config.url] : [...config.args, ...Object.values(config.env)];
}

/** The `u:pw` of `postgresql://u:pw@h/db` as it is written there, and the token of `https://token@host`. */
function userInfosIn(text: string): string[] {
  const found = text.matchAll(/([a-z][\w+.-]*):\/\/([^\s"'/?#]+)@/gi);
  return [...found].flatMap(([, scheme = '', user = '']) =>
    user.includes(':') || /https?$/i.test(scheme) ? [user] : [],
  );
}

/** Names and values, as they are written. */
function queriesIn(text: string): [string, string][] {
  const found = text.matchAll(/[?&]([^=&#\s]+)=([^&#\s"']+)/g);
  return [...found].map(([, name = '', value = '']) => [name, value]);
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function secretEnv(env: Record<string, string>): string[] {
  return Object.entries(env).flatMap(([name, value]) => (PLAIN_NAME.test(name) ? [] : [value]));
}

/** `--api-key abc`, `--api-key=abc`, `API_KEY=abc` (of `docker run -e`) and `--header "Authorization: abc"`. */
function secretArgs(args: readonly string[]): string[] {
  return args.flatMap((arg, index) => {
    const before = args[index - 1] ?? '';
    const [, name = '', inline] = /^([\w-]+)=(.+)$/s.exec(arg) ?? [];
    if (inline !== undefined && SECRET_NAME.test(name)) return [inline];
    if (HEADER_FLAG.test(before)) return [arg.slice(arg.indexOf(':') + 1).trim()];
    return FLAG.test(before) && SECRET_NAME.test(before) && !arg.startsWith('-') ? [arg] : [];
  });
}
