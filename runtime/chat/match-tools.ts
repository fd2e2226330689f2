import { canonicalJson, hashJson } from '../../core/hash.ts';
import type { Catalogue, JsonSchema, Tool } from '../../core/tool.ts';
import type { OfferedTool } from './step-request.ts';

/** The tools of a request as the runtime knows them. */
export interface MatchedTools {
  /** Those of the catalogue in its order, as the prompts of the training had them; or, where one is not in it, all as the client gave them. */
  tools: Tool[];
  /** The client's names of those that the catalogue has not. */
  unknown: string[];
  /** The client's name of a tool on offer. */
  nameOf(promptName: string): string | undefined;
}

/**
 * Finds the tools on offer in the catalogue. A tool counts as the catalogue's where name and parameters say the same: adapters that were trained
 * on other parameters would fill in the wrong ones. Descriptions may differ; prompts show the catalogue's.
 */
export function matchTools(offered: readonly OfferedTool[], catalogue: Catalogue): MatchedTools {
  const pairs = offered.map((tool) => ({ tool, known: findTool(tool, catalogue) }));
  const unknown = pairs.filter(({ known }) => known === undefined).map(({ tool }) => tool.name);
  // Two names for one tool: the catalogue's prompts cannot tell them apart.
  const ids = pairs.flatMap(({ known }) => known?.id ?? []);
  const distinct = new Set(ids).size === ids.length;
  if (unknown.length > 0 || !distinct) {
    const tools = foreignTools(offered);
    const names = new Map(tools.map(({ promptName, name }) => [promptName, name]));
    return {
      tools,
      unknown: distinct ? unknown : offered.map(({ name }) => name),
      nameOf: (promptName) => names.get(promptName),
    };
  }
  const names = new Map(pairs.map(({ tool, known }) => [known!.promptName, tool.name]));
  const tools = catalogue.tools.filter(({ promptName }) => names.has(promptName));
  return { tools, unknown, nameOf: (promptName) => names.get(promptName) };
}

/** The tool of the catalogue that a client calls so: by its prompt name, its own, or that with its server's. */
export function namedTools(name: string, { tools }: Catalogue): Tool[] {
  const isNamed = [
    (tool: Tool) => tool.promptName === name,
    (tool: Tool) => tool.name === name,
    (tool: Tool) => ['.', '_', '__', '-'].some((joint) => tool.server + joint + tool.name === name),
  ];
  return isNamed.flatMap((test) => tools.filter(test));
}

function findTool({ name, parameters }: OfferedTool, catalogue: Catalogue): Tool | undefined {
  const wanted = meaningOf(parameters);
  return namedTools(name, catalogue).find(({ inputSchema }) => meaningOf(inputSchema) === wanted);
}

/** Members that say nothing of which values are valid. `additionalProperties: false` is what the grammar does anyway, and clients add it. */
const SILENT = new Set(['$schema', 'title', 'description', 'default', 'examples', '$comment', 'deprecated']);
/** Members that hold schemas, or other things, by names of the user's own. */
const BY_NAME = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);
/** Members that hold values. */
const VALUES = new Set(['enum', 'const']);

function meaningOf(schema: JsonSchema): string {
  return canonicalJson(strip(schema));
}

function strip(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strip);
  if (schema === null || typeof schema !== 'object') return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => !SILENT.has(key) && !isEmpty(key, value))
      .map(([key, value]) => [key, stripMember(key, value)]),
  );
}

/** What is the same as leaving it out. */
function isEmpty(key: string, value: unknown): boolean {
  if (key === 'additionalProperties') return value === false;
  if (key === 'required') return Array.isArray(value) && value.length === 0;
  return key === 'properties' && JSON.stringify(value) === '{}';
}

function stripMember(key: string, value: unknown): unknown {
  if (VALUES.has(key)) return value;
  if (key === 'required' && Array.isArray(value)) return value.toSorted();
  if (!BY_NAME.has(key) || value === null || typeof value !== 'object' || Array.isArray(value)) return strip(value);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, strip(member)]));
}

/** Tools that no catalogue holds, for the base. Prompt names begin with a letter (docs/decisions/0003), and stay distinct. */
export function foreignTools(offered: readonly OfferedTool[]): Tool[] {
  const taken = new Set(offered.map(({ name }) => name));
  return offered.map(({ name, description, parameters }) => {
    let promptName = name;
    while (!/^[A-Za-z]/.test(promptName) || (promptName !== name && taken.has(promptName)))
      promptName = `t${promptName}`;
    taken.add(promptName);
    return {
      id: name,
      server: 'client',
      name,
      promptName,
      slug: 'client',
      group: 'client',
      description,
      inputSchema: parameters,
      annotations: {},
      hash: hashJson([name, description, parameters]),
    };
  });
}
