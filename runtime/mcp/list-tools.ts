import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { RequestOptions } from '@modelcontextprotocol/sdk/shared/protocol.js';
import { z } from 'zod';
import { ToolkitError } from '../../core/errors.ts';

/** Looser than the protocol's own, so that one broken tool is named and does not hide the others. */
const PageSchema = z.object({ tools: z.array(z.unknown()), nextCursor: z.string().optional() });

const MAX_PAGES = 100;
const MAX_TOOLS = 5000;
const MAX_BYTES = 16_000_000;

/** All pages of a server's tools as it sent them. @throws ToolkitError where the list has no end or is too large */
export async function listAllTools(client: Client, server: string, options: RequestOptions): Promise<unknown[]> {
  const tools: unknown[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  let bytes = 0;
  for (let page = 1; ; page++) {
    const answer = await client.request(
      { method: 'tools/list', params: cursor === undefined ? {} : { cursor } },
      PageSchema,
      options,
    );
    tools.push(...answer.tools);
    bytes += JSON.stringify(answer.tools).length;
    if (bytes > MAX_BYTES || tools.length > MAX_TOOLS) refuse(server, `${tools.length} tools, ${bytes} bytes`);
    cursor = answer.nextCursor;
    if (cursor === undefined) return tools;
    if (page >= MAX_PAGES || seen.has(cursor))
      refuse(server, seen.has(cursor) ? 'a page that comes again' : `more than ${MAX_PAGES} pages`);
    seen.add(cursor);
  }
}

function refuse(server: string, found: string): never {
  throw new ToolkitError({
    kind: 'input',
    what: 'the list of tools is too long',
    where: `server ${server}`,
    expected: `at most ${MAX_PAGES} pages, ${MAX_TOOLS} tools and ${MAX_BYTES} bytes`,
    found,
  });
}
