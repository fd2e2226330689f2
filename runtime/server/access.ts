import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import type { MiddlewareHandler } from 'hono';
import { ToolkitError } from '../../core/errors.ts';
import { ApiError } from './api-error.ts';

/** Whether a host name or address is this machine itself, and nobody else reaches it. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'));
}

/** @throws ToolkitError (input) where others could reach a server without a key */
export function checkExposure(host: string, apiKey: string | undefined): void {
  if (apiKey !== undefined || isLoopback(host)) return;
  throw new ToolkitError({
    kind: 'input',
    what: 'without a key only this machine may reach the server',
    where: `host ${host}`,
    expected: '127.0.0.1, ::1 or localhost, or an API key',
    todo: 'put a key into the environment variable DUALTUNE_API_KEY, or leave --host out',
  });
}

/**
 * Lets in who has the key. Without one, only who names this machine: a web page whose name was bent to 127.0.0.1 (DNS rebinding) names
 * another.
 */
export function requireAccess(apiKey: string | undefined): MiddlewareHandler {
  if (apiKey === undefined) {
    return async (c, next) => {
      const host = (c.req.header('host') ?? '').replace(/:\d+$/, '');
      if (!isLoopback(host))
        throw new ApiError(403, 'wrong_host', 'Without a key this server answers to localhost only.');
      await next();
    };
  }
  const wanted = digest(apiKey);
  return async (c, next) => {
    const given = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
    if (given === undefined || !timingSafeEqual(digest(given), wanted))
      throw new ApiError(
        401,
        'invalid_api_key',
        'The API key is missing or wrong: send it as Authorization: Bearer KEY.',
      );
    await next();
  };
}

/** Of equal length, whatever the key's. */
function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
