import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';

/** Compiles an input schema: draft-07 where `$schema` says so, else 2020-12. Formats are not asserted. @throws where it cannot */
export function compileSchema(schema: Record<string, unknown>): ValidateFunction {
  const Dialect = String(schema.$schema ?? '').includes('draft-0') ? Ajv : Ajv2020;
  const ajv = new Dialect({ strict: false, validateFormats: false, allErrors: true, addUsedSchema: false });
  return ajv.compile(schema);
}
