import { z } from 'zod';

interface Node {
  properties?: Record<string, Node>;
  items?: Node;
  additionalProperties?: Node | boolean;
  anyOf?: Node[];
  oneOf?: Node[];
}

/** The keys that a value of this schema may have at a path; none where any are allowed. */
export function schemaKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Node;
  const nodes = path.reduce<Node[]>((inner, key) => inner.flatMap((node) => membersOf(node, key)), choicesOf(root));
  return [...new Set(nodes.flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

function membersOf({ properties, items, additionalProperties: rest }: Node, key: PropertyKey): Node[] {
  const member = properties?.[String(key)] ?? items ?? (typeof rest === 'object' ? rest : undefined);
  return member === undefined ? [] : choicesOf(member);
}

function choicesOf(node: Node): Node[] {
  return [node, ...[...(node.anyOf ?? []), ...(node.oneOf ?? [])].flatMap(choicesOf)];
}
