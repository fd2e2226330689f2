import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { messageOf, ToolkitError } from './errors.ts';
import type { JsonSchema } from './tool.ts';

/** Says what is wrong with arguments; `undefined`: they validate. */
export type ArgumentsCheck = (value: unknown) => string | undefined;

/** Compiled schemas kept at most; the one used longest ago goes first. */
const DEFAULT_CAP = 1000;

/**
 * Compiles input schemas as draft 2020-12, or draft-07 where `$schema` says so; each distinct schema once. A schema that does not say
 * and makes no sense as 2020-12 is read as draft-07.
 * `format` is not asserted, unknown keywords are passed over.
 */
export class SchemaValidators {
  /** By the schema's text; the newest last. */
  readonly #checks = new Map<string, ArgumentsCheck>();
  /** By the object, which saves writing the text again. */
  readonly #known = new WeakMap<JsonSchema, ArgumentsCheck>();
  readonly #cap: number;
  #compilers = makeCompilers();
  #compiled = 0;

  constructor(cap = DEFAULT_CAP) {
    this.#cap = cap;
  }

  /** @throws ToolkitError (input) where the schema is no JSON Schema */
  check(schema: JsonSchema): ArgumentsCheck {
    const known = this.#known.get(schema);
    if (known) return known;
    const key = JSON.stringify(schema);
    const check = this.#checks.get(key) ?? this.#compile(schema);
    this.#checks.delete(key);
    this.#checks.set(key, check);
    if (this.#checks.size > this.#cap) this.#checks.delete(this.#checks.keys().next().value!);
    this.#known.set(schema, check);
    return check;
  }

  get size(): number {
    return this.#checks.size;
  }

  // An own `$id` would be registered, and two servers may use the same.
  #compile({ $schema, $id: _, ...rest }: JsonSchema): ArgumentsCheck {
    // An Ajv keeps something of every schema that it has seen, and making one costs as much as compiling a schema.
    if (++this.#compiled % this.#cap === 0) this.#compilers = makeCompilers();
    const { draft07, draft2020 } = this.#compilers;
    const old = typeof $schema === 'string' && $schema.includes('draft-0');
    // An asynchronous validator would answer with a promise.
    const schema = { ...rest, $async: false };
    try {
      return describe((old ? draft07 : draft2020).compile(schema));
    } catch (error) {
      if ($schema === undefined && draft07.validateSchema(schema)) return describe(draft07.compile(schema));
      throw new ToolkitError({
        kind: 'input',
        what: `the input schema cannot be compiled: ${messageOf(error)}`,
        expected: 'a JSON Schema of draft 2020-12, or of draft-07 with its `$schema`',
        cause: error,
      });
    }
  }
}

function makeCompilers() {
  const options = { strict: false, validateFormats: false, addUsedSchema: false, logger: false } as const;
  return { draft2020: new Ajv2020(options), draft07: new Ajv(options) };
}

function describe(validate: ValidateFunction): ArgumentsCheck {
  return (value) => {
    if (validate(value)) return undefined;
    const [error] = validate.errors ?? [];
    return `${error?.instancePath || 'arguments'} ${error?.message ?? 'do not validate'}`;
  };
}
