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
  return [...new Set(nodesAt(schema, path).flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

/** Where below a path a key of this name may stand, dotted: `optimizer.lr` for `lr`. */
export function deeperPaths(schema: z.ZodType, path: readonly PropertyKey[], key: string): string[] {
  return [...new Set(nodesAt(schema, path).flatMap((node) => pathsTo(key, node)))];
}

function pathsTo(key: string, { properties = {} }: Node): string[] {
  return Object.entries(properties).flatMap(([name, member]) =>
    name === key ? [key] : choicesOf(member).flatMap((node) => pathsTo(key, node).map((below) => `${name}.${below}`)),
  );
}

function nodesAt(schema: z.ZodType, path: readonly PropertyKey[]): Node[] {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Node;
  return path.reduce<Node[]>((inner, key) => inner.flatMap((node) => membersOf(node, key)), choicesOf(root));
}

function membersOf({ properties, items, additionalProperties: rest }: Node, key: PropertyKey): Node[] {
  const member = properties?.[String(key)] ?? items ?? (typeof rest === 'object' ? rest : undefined);
  return member === undefined ? [] : choicesOf(member);
}

function choicesOf(node: Node): Node[] {
  return [node, ...[...(node.anyOf ?? []), ...(node.oneOf ?? [])].flatMap(choicesOf)];
}
