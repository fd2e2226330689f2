import { hashJson } from '../../core/hash.ts';
import type { Tool } from '../../core/tool.ts';
import { promptNames, slugs } from '../discover/names.ts';
import { jsonSchemaOf } from './python-types.ts';
import type { BfclFunction } from './question-file.ts';

const SERVER = 'bfcl';

/**
 * The functions of a question as tools on offer. Models see `math.factorial` as `math_factorial`, as BFCL shows it to models that take no dots.
 */
export function questionTools(functions: readonly BfclFunction[]): Tool[] {
  const unnamed = functions.map(({ name }) => ({ server: SERVER, name: name.replaceAll('.', '_') }));
  const [prompted, filed] = [promptNames(unnamed), slugs(unnamed)];
  return functions.map(({ name, description, parameters }, index) => {
    const inputSchema = jsonSchemaOf(parameters);
    return {
      id: `${SERVER}.${name}`,
      server: SERVER,
      name,
      promptName: prompted[index]!,
      slug: filed[index]!,
      group: SERVER,
      description,
      inputSchema,
      annotations: {},
      hash: hashJson([name, description, inputSchema]),
    };
  });
}
