import { ToolkitError } from '../core/errors.ts';
import type { Tokenizer } from '../core/tokenizer.ts';

/** A server that makes tokens of texts. */
export interface TokenizingServer {
  /** For messages: which server, and what to do where it serves another base. */
  where: string;
  todo: string;
  /** Its tokens of a text, special ones recognized and none added; `undefined`: it does not tell. */
  tokensOf(text: string): Promise<readonly unknown[] | undefined>;
}

/** Texts whose tokens differ between most tokenizers. */
const TEXTS = [
  'Hello, world!',
  '{"name": "read_text_file", "arguments": {"path": "a/b.txt", "n": [1, 23, -4.5e6]}}\n',
  '<tag>é–日本\t🙂</tag>  x_y  \r\n\n z 12345',
];
const MOST_ADDED = 16;
const MOST_SHOWN = 12;

/**
 * Prompts are token ids: on another base they would mean other texts. A server that tells no tokens is believed.
 * @throws ToolkitError (input) where it makes other tokens of some texts than the base's own tokenizer
 */
export async function refuseOtherTokenizer(server: TokenizingServer, { added, encode }: Tokenizer): Promise<void> {
  const special = added.slice(0, MOST_ADDED).map(({ content }) => content);
  for (const text of [...TEXTS, special.join('a b')].filter((one) => one !== '')) {
    const found = await server.tokensOf(text);
    if (found === undefined) return;
    const expected = encode(text);
    if (found.join() === expected.join()) continue;
    throw new ToolkitError({
      kind: 'input',
      what: 'the server has another tokenizer than the base that the adapters belong to',
      where: server.where,
      expected: `the tokens ${expected.slice(0, MOST_SHOWN).join(', ')}… for ${JSON.stringify(text.slice(0, 40))}`,
      found: found.slice(0, MOST_SHOWN).join(', '),
      todo: server.todo,
    });
  }
}
