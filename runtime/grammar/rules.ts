/** What stands between the parts of JSON text. */
export interface JsonSpacing {
  /** Between members and between items. */
  item: string;
  /** Between a key and its value. */
  key: string;
}

/** As Python's `json.dumps` and the chat templates' `tojson` write. */
export const PYTHON_SPACING: JsonSpacing = { item: ', ', key: ': ' };

/** Characters of rules that one grammar may have: more comes only from a hostile schema, and would make the engine slow. */
const SIZE_LIMIT = 200_000;

/** The named rules of one GBNF grammar in the making. Each JSON text can be written in one way only, which is `JSON.stringify`'s, but for spaces. */
export class GrammarRules {
  readonly spacing: JsonSpacing;
  readonly #rules: string[] = [];
  #size = 0;

  constructor(spacing: JsonSpacing) {
    this.spacing = spacing;
  }

  /** Whether no more can be spelled out. */
  get isFull(): boolean {
    return this.#size > SIZE_LIMIT;
  }

  /** Counts work that makes no rule, so that it has an end as well. */
  spend(size: number): void {
    this.#size += size;
  }

  /** Adds a rule. @returns its name */
  add(body: string): string {
    const name = `r${this.#rules.length}`;
    this.#rules.push(`${name} ::= ${body}`);
    this.#size += body.length;
    return name;
  }

  /** The whole grammar. */
  text(root: string): string {
    return `${[`root ::= ${root}`, ...this.#rules, ...jsonRules(this.spacing)].join('\n')}\n`;
  }

  /** A JSON value as it stands. */
  value(value: unknown): string {
    return literal(spacedJson(value, this.spacing));
  }
}

/** Any JSON. Numbers are kept short, so that a model cannot write digits for ever and none is infinite. */
function jsonRules({ item, key }: JsonSpacing): string[] {
  const member = `string ${literal(key)} value`;
  return [
    'value ::= object | array | string | number | boolean | null',
    `object ::= "{" (${member} (${literal(item)} ${member})*)? "}"`,
    `array ::= "[" (value (${literal(item)} value)*)? "]"`,
    'string ::= "\\"" char* "\\""',
    'char ::= [^"\\\\\\x00-\\x1F] | "\\\\" (["\\\\bfnrt] | "u00" [01] [0-9a-f])',
    'number ::= "-"? positive',
    'positive ::= digits ("." [0-9]{1,16})? ("e" [-+]? [1-9] [0-9]?)?',
    'integer ::= "-"? digits',
    'digits ::= "0" | [1-9] [0-9]{0,15}',
    'boolean ::= "true" | "false"',
    'null ::= "null"',
  ];
}

/** A GBNF literal. */
export function literal(text: string): string {
  const escaped = text
    .replace(/["\\]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return `"${escaped}"`;
}

function spacedJson(value: unknown, spacing: JsonSpacing): string {
  if (Array.isArray(value)) return `[${value.map((item) => spacedJson(item, spacing)).join(spacing.item)}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  const members = Object.entries(value).map(
    ([key, member]) => JSON.stringify(key) + spacing.key + spacedJson(member, spacing),
  );
  return `{${members.join(spacing.item)}}`;
}
