import { isNoText } from '../../../runtime/mcp/result-text.ts';
import type { SandboxResult } from '../../../runtime/sandbox.ts';
import type { ToolModel } from '../concepts.ts';
import { refusalOf } from '../given-up.ts';
import type { Arguments } from '../sampling.ts';
import type { Workshop } from '../workshop.ts';
import { whyOddChange } from './why-odd-change.ts';

/** Why a call is no good for a trace, by what the settings verify; `undefined` where it is. */
export function whyUseless(
  { settings, changers }: Pick<Workshop, 'settings' | 'changers'>,
  model: ToolModel,
  { args, result }: { args: Arguments; result: SandboxResult },
): string | undefined {
  if (!result.executed) return undefined;
  const { execution, state } = settings.synthesize.verify;
  const failed = execution ? whyFailed(model, result) : undefined;
  return failed ?? (state ? whyOddChange(model, { args, changes: result.changes, changers }) : undefined);
}

function whyFailed(model: ToolModel, result: { content: string; isError: boolean }): string | undefined {
  if (result.isError) return refusalOf.error(model, shortened(result.content));
  // It is asked to read something out.
  if (model.concept === 'view' && isNoText(result.content)) return refusalOf.noText(model);
  return isEmpty(result.content) && model.tool.annotations.readOnlyHint === true ? refusalOf.empty(model) : undefined;
}

const LONGEST_ERROR = 300;

/** Without what differs from call to call: reasons are counted. */
function shortened(error: string): string {
  return (
    error
      // The pattern takes the square of a line's length.
      .slice(0, LONGEST_ERROR)
      .split('\n')[0]!
      .replaceAll(/\S*[/.]\S*|\d+/g, '…')
      .slice(0, 60)
  );
}

/** Nothing found: no text, a text that says so, or JSON with nothing in its lists. */
function isEmpty(content: string): boolean {
  if (content.trim() === '' || /^(no (matches|results|entries)|nothing found)/i.test(content)) return true;
  try {
    const value: unknown = JSON.parse(content);
    return (
      value !== null &&
      typeof value === 'object' &&
      Object.values(value).length > 0 &&
      Object.values(value).every((member) => Array.isArray(member) && member.length === 0)
    );
  } catch {
    return false;
  }
}
