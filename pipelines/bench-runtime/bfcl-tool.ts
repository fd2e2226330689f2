import { hashJson } from '../../core/hash.ts';
import type { Tool } from '../../core/tool.ts';
import type { BfclFunction } from '../bfcl/question-file.ts';

/** BFCL has no servers: what stands before the last dot of a name, or before its number (`Hotels_2_SearchHouse`), is its group; else it is alone. */
export function bfclTool({ name, description, parameters }: BfclFunction, server?: string): Tool {
  const group = server ?? /^(.+)\.[^.]+$/.exec(name)?.[1] ?? /^([A-Z]\w*?_\d+)_/.exec(name)?.[1] ?? name;
  const id = server === undefined ? name : `${server}.${name}`;
  return {
    id,
    server: group,
    name,
    promptName: `t_${id}`.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 64),
    slug: `t-${id}`
      .toLowerCase()
      .replaceAll(/[^a-z0-9_-]/g, '-')
      .slice(0, 80),
    group,
    description,
    inputSchema: parameters,
    annotations: {},
    hash: hashJson([name, description, parameters]),
  };
}
