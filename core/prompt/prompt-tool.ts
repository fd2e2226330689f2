import type { JsonSchema, Tool } from '../tool.ts';
import type { PromptSettings } from './renderer.ts';

/** A tool as chat templates take it (the form of OpenAI's API, which Hugging Face templates share). */
export interface PromptTool {
  type: 'function';
  function: { name: string; description: string; parameters: JsonSchema };
}

/** What the model is shown of a tool. @param described without its parameters; templates may want some, so they are empty */
export function promptTool(
  tool: Tool,
  settings: Pick<PromptSettings, 'descriptions'>,
  { described = false } = {},
): PromptTool {
  const { $schema: _, ...whole } = tool.inputSchema;
  const parameters = described ? {} : whole;
  const description = settings.descriptions === 'full' ? tool.description : firstSentence(tool.description);
  return { type: 'function', function: { name: tool.promptName, description, parameters } };
}

const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });

/** The first sentence of a description; a line break ends it too. */
function firstSentence(text: string): string {
  const [first] = sentences.segment(text.trim());
  return first?.segment.trim() ?? '';
}
