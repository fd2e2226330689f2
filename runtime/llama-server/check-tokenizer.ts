import { z } from 'zod';
import { ToolkitError } from '../../core/errors.ts';
import type { Tokenizer } from '../../core/tokenizer.ts';
import type { ServerLink } from './server-link.ts';

const TokensSchema = z.looseObject({ tokens: z.array(z.number().int()) });

const TEXTS = ['Hello, world!', ' {"path": "a/b.txt", "n": [1, 23, -4.5e6]}\n', '<tag>é–日本\t🙂</tag>  x_y  \r\n\n z'];

/** @throws ToolkitError (input) where the server makes other tokens of some texts than the base's own tokenizer */
export async function checkTokenizer(link: ServerLink, tokenizer: Tokenizer): Promise<void> {
  const added = tokenizer.added.map(({ content }) => content).slice(0, 16);
  for (const content of [...TEXTS, added.join('a b')]) {
    const body = { content, add_special: false, parse_special: true };
    const { tokens } = await link.ask('/tokenize', TokensSchema, body);
    const expected = tokenizer.encode(content);
    if (tokens.join() === expected.join()) continue;
    throw new ToolkitError({
      kind: 'input',
      what: 'llama-server has another tokenizer than the base',
      where: JSON.stringify(content),
      expected: `the tokens ${expected.join(', ')}`,
      found: tokens.join(', '),
      todo: 'start it with the GGUF file that `pnpm pipeline convert` made of this base',
    });
  }
}
