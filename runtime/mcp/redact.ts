import type { ServerConfig } from './servers-file.ts';

/** Takes the secrets of a server's config out of a text. */
export type Redact = (text: string) => string;

/** Shorter values (ports, `1`, `true`) are no secrets and would blank out half of a message. */
const SHORTEST_SECRET = 6;
/** Values of plainly named paths and switches are left, so that messages stay readable. */
const PLAIN_NAME = /(path|dir|folder|file|home|level|mode|host|port|lang|tz)$/i;

const SECRET_FLAG = /^-{1,2}[\w-]*(?:token|secret|password|api-?key|auth)[\w-]*(?:=(.+))?$/i;

/** Header values, env values and the password and query of a URL are secrets; they become `[redacted]`. */
export function redactor(config: ServerConfig): Redact {
  const secrets = secretsOf(config).sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
}

function secretsOf(config: ServerConfig): string[] {
  const values =
    config.kind === 'http' ? Object.values(config.headers) : [...secretEnv(config.env), ...secretArgs(config.args)];
  // `Bearer abc` may be told back as `abc`.
  const parts = values.flatMap((value) => [value, ...value.split(/\s+/)]);
  if (config.kind === 'http') {
    const url = new URL(config.url);
    parts.push(url.password, ...url.searchParams.values());
  }
  return [...new Set(parts)].filter((part) => part.length >= SHORTEST_SECRET && part !== 'Bearer');
}

function secretEnv(env: Record<string, string>): string[] {
  return Object.entries(env).flatMap(([name, value]) => (PLAIN_NAME.test(name) ? [] : [value]));
}

/** `--api-key abc` and `--api-key=abc`. */
function secretArgs(args: readonly string[]): string[] {
  return args.flatMap((arg, index) => {
    const [, inline] = SECRET_FLAG.exec(arg) ?? [];
    if (inline !== undefined) return [inline];
    return SECRET_FLAG.test(args[index - 1] ?? '') && !arg.startsWith('-') ? [arg] : [];
  });
}
