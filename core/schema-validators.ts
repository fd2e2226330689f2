import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { messageOf, ToolkitError } from './errors.ts';
import { linearPattern } from './linear-pattern.ts';
import { endlessReference } from './schema-reference.ts';
import type { JsonSchema } from './tool.ts';

/** Says what is wrong with arguments; `undefined`: they validate. */
export type ArgumentsCheck = (value: unknown) => string | undefined;

/** Compiled schemas kept at most; the one used longest ago goes first. */
const DEFAULT_CAP = 1000;
const MAX_CHARACTERS = 1_000_000;
const LIMIT = `${MAX_CHARACTERS} characters, some 2000 properties in one object, and some 500 levels`;

/**
 * Compiles input schemas as draft 2020-12, or draft-07 where `$schema` says so; each distinct schema once. A schema that does not say
 * and makes no sense as 2020-12 is read as draft-07.
 * `format` is not asserted, unknown keywords are passed over. Patterns take no more time than their text is long (`linearPattern`).
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
    const key = textOf(schema);
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

  #compile({ $schema, ...rest }: JsonSchema): ArgumentsCheck {
    // An Ajv keeps something of every schema that it has seen, and making one costs as much as compiling a schema.
    if (++this.#compiled % this.#cap === 0) this.#compilers = makeCompilers();
    const { draft07, draft2020 } = this.#compilers;
    const old = typeof $schema === 'string' && $schema.includes('draft-0');
    // An asynchronous validator would answer with a promise.
    const schema = { ...rest, $async: false };
    const endless = endlessReference(schema);
    if (endless !== undefined)
      refuse(`the input schema refers to itself without end: "$ref": ${JSON.stringify(endless)}`);
    const readings = old ? [draft07] : $schema === undefined ? [draft2020, draft07] : [draft2020];
    const errors: unknown[] = [];
    for (const ajv of readings) {
      try {
        return describe(compileAlone(ajv, schema));
      } catch (error) {
        if (error instanceof RangeError) refuse(`the input schema is too large: the limit is ${LIMIT}`);
        errors.push(error);
      }
    }
    refuse(`the input schema cannot be compiled: ${messageOf(errors[0])}`, {
      expected: 'a JSON Schema of draft 2020-12, or of draft-07 with its `$schema`',
      cause: errors[0],
    });
  }
}

function refuse(what: string, more: { expected?: string; cause?: unknown } = {}): never {
  throw new ToolkitError({ kind: 'input', what, ...more });
}

function textOf(schema: JsonSchema): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(schema);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  if (text === undefined || text.length > MAX_CHARACTERS)
    refuse(`the input schema is too large: the limit is ${LIMIT}`);
  return text;
}

/** Ajv registers what it compiles, and every `$id` in it, to resolve its references. Two servers may use the same `$id`: that is undone. */
function compileAlone(ajv: Ajv, schema: JsonSchema): ValidateFunction {
  const known = new Set(Object.keys(ajv.refs));
  try {
    return ajv.compile(schema);
  } finally {
    for (const key of Object.keys(ajv.refs)) if (!known.has(key)) delete ajv.refs[key];
  }
}

function makeCompilers() {
  const regExp = Object.assign(linearPattern, { code: 'linearPattern' });
  // A parameter may be called `constructor`, which every object inherits.
  const options = {
    strict: false,
    validateFormats: false,
    logger: false,
    ownProperties: true,
    code: { regExp },
  } as const;
  return { draft2020: new Ajv2020(options), draft07: new Ajv(options) };
}

function describe(validate: ValidateFunction): ArgumentsCheck {
  return (value) => {
    try {
      if (validate(value)) return undefined;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return 'arguments are nested too deep, or the schema refers to itself without end';
    }
    const [error] = validate.errors ?? [];
    return `${error?.instancePath || 'arguments'} ${error?.message ?? 'do not validate'}`;
  };
}
