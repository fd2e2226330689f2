/** What one call brought that was no error, as the model was shown it: what was cut off was not shown. */
export interface ToolOutput {
  arguments: unknown;
  text: string;
}

/** The JSON that an output is; `undefined`: it is none. */
export function jsonOf({ text }: ToolOutput): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
