import { type Call, stepsOf, type Trace } from '../../../core/trace.ts';

/** The calls of a trace, each with what became of it; `isError` is absent where the call was not run. */
export function callsOf(trace: Trace): { call: Call; isError?: boolean }[] {
  return stepsOf(trace).flatMap(({ call, result }) =>
    call === null ? [] : [{ call, ...(result && { isError: result.isError === true }) }],
  );
}
