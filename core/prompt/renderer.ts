import type { Tool } from '../tool.ts';
import type { Message } from '../trace.ts';

/** How tools and the system message are shown to the model. The same for every system that is compared. */
export interface PromptSettings {
  /** Text of the system message; absent: the template's own default. */
  system?: string;
  /** `full`, or only each description's first sentence where context is scarce. */
  descriptions: 'full' | 'first-sentence';
  /** Which tools the arguments prompt lists: only the chosen one (the default, short), or all, as the selector's prompt does. */
  argumentTools?: 'chosen' | 'all';
  /** What the selector's prompt shows of each tool: all that the base is shown (the default), or its name and description, without parameters. */
  selectorTools?: 'whole' | 'described';
}

/** What a model wrote after the generation prompt. */
export type Parsed = { call: { promptName: string; arguments: unknown } } | { text: string } | { malformed: string };

/** The one renderer: makes the spans for training and the prompts for the runtime from the same text. */
export interface Renderer {
  settings: PromptSettings;
  /** Up to where the assistant starts to write freely: `…<|im_start|>assistant\n`. For base and monolithic. */
  generationPrompt(messages: readonly Message[], tools: readonly Tool[]): string;
  /** Up to the selection cut, the same for all tools on offer and `respond`. Qwen: `…<|im_start|>assistant\n<tool_call>\n{"name": "` */
  selectorPrompt(messages: readonly Message[], tools: readonly Tool[]): string;
  /** What follows the selection cut when this tool (or RESPOND) is chosen; the trained name span. Qwen: `read_text_file",` */
  nameSpan(promptName: string): string;
  /** Up to the arguments cut of the tool, with the tools that `settings.argumentTools` says. Qwen: `…{"name": "read_text_file", "arguments":` */
  argumentsPrompt(messages: readonly Message[], tools: readonly Tool[], promptName: string): string;
  /** What follows the arguments cut for these arguments, through the stop token, in schema order. Qwen: ` {"path": "a.txt"}}\n</tool_call><|im_end|>` */
  argumentsSpan(tool: Tool, args: Record<string, unknown>): string;
  /** What follows the generation prompt for a whole call, or for `respond` text; through the stop token. */
  completion(step: { call: { tool: Tool; arguments: Record<string, unknown> } | null; content: string }): string;
  /** Reads what a model wrote after the generation prompt: the first call (promptName, arguments), or text, or why it is neither. */
  parse(completion: string): Parsed;
  /** The same for all calls of a completion that holds several; those that cannot be read are among them. */
  parseAll(completion: string): Parsed[];
  /** Of what a model has written so far after the generation prompt, the words that are certain to be for the user; empty where it may be a call. */
  wordsSoFar(completion: string): string;
  /** What stands around the arguments' JSON in an arguments span. Qwen: ` ` and `}\n</tool_call><|im_end|>`. */
  argumentsFrame: { before: string; after: string };
  /** The text that ends an assistant turn: `<|im_end|>`. */
  stop: string;
  /** sha256 over template and settings. */
  hash: string;
}
