import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hashText } from '../core/hash.ts';

/** Puts made-up addresses in place of e-mail addresses, and back. */
export interface EmailPseudonyms {
  /** In what a server says. */
  hide(text: string): string;
  /** In a call's arguments, at any depth, so that the server knows what is meant. */
  show(value: unknown): unknown;
}

const ADDRESS = /[\w.+%-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}/gi;
/** Domains that nobody can own. */
const NOBODY = /[@.](?:example\.(?:com|net|org)|example|invalid|test)$/i;
const PSEUDONYM = /person-[0-9a-f]{8}@example\.com/g;

/** The e-mail addresses of a text that may be somebody's. */
export function emailAddresses(text: string): string[] {
  return [...text.matchAll(ADDRESS)].map(([found]) => found).filter((address) => !NOBODY.test(address));
}

/**
 * One address has one pseudonym, in every run: query, arguments and result of a trace agree, and a later stage's calls still reach whom they are about.
 * @param path where the pairs are kept, for the user alone: what is shared has the pseudonyms only
 */
export function emailPseudonyms(path: string): EmailPseudonyms {
  const addresses = new Map<string, string>(
    existsSync(path) ? Object.entries(JSON.parse(readFileSync(path, 'utf8'))) : [],
  );
  const pseudonymOf = (address: string) => {
    if (NOBODY.test(address)) return address;
    const pseudonym = `person-${hashText(address).slice(7, 15)}@example.com`;
    if (!addresses.has(pseudonym)) {
      addresses.set(pseudonym, address);
      writeFileSync(path, JSON.stringify(Object.fromEntries(addresses)), { mode: 0o600 });
    }
    return pseudonym;
  };
  const show = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replaceAll(PSEUDONYM, (found) => addresses.get(found) ?? found);
    if (Array.isArray(value)) return value.map(show);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, show(member)]));
  };
  return { hide: (text) => text.replaceAll(ADDRESS, pseudonymOf), show };
}
