import type { Tool } from '../tool.ts';
import type { Message, Trace } from '../trace.ts';

/** How tools and the system message are shown to the model. The same for every system that is compared. */
export interface PromptSettings {
  /** Text of the system message; absent: the template's own default. */
  system?: string;
  /** `full`, or only each description's first sentence where context is scarce. */
  descriptions: 'full' | 'first-sentence';
}

/** A step's assistant turn in the base's own chat format, cut where inference starts generating. */
export interface CallPieces {
  /** All up to the selection cut. Qwen: `…<|im_start|>assistant\n<tool_call>\n{"name": "` */
  beforeName: string;
  /** Trained by the selector. Qwen: `read_text_file",` */
  name: string;
  /** Between the trained spans. Qwen: ` "arguments":` */
  between: string;
  /** Trained by the tool's argument adapter, to the stop token. Qwen: ` {"path": "a.txt"}}\n</tool_call><|im_end|>` */
  arguments: string;
}

/** The one renderer: makes the spans for training and the prompts for the runtime from the same text. */
export interface Renderer {
  settings: PromptSettings;
  /** Up to where the assistant starts to write freely: `…<|im_start|>assistant\n`. For base and monolithic. */
  generationPrompt(messages: readonly Message[], tools: readonly Tool[]): string;
  /** Up to the selection cut, the same for all tools on offer and `respond`. */
  selectorPrompt(messages: readonly Message[], tools: readonly Tool[]): string;
  /** What follows the selection cut when this tool (or RESPOND) is chosen; the trained name span. */
  nameSpan(promptName: string): string;
  /** Up to the arguments cut of the tool: selectorPrompt + nameSpan + between. */
  argumentsPrompt(messages: readonly Message[], tools: readonly Tool[], promptName: string): string;
  /** What follows the arguments cut for these arguments, through the stop token. Arguments come in schema order. */
  argumentsSpan(tool: Tool, args: Record<string, unknown>): string;
  /** What follows the generation prompt for a whole call, or for `respond` text; through the stop token. */
  completion(step: { call: { tool: Tool; arguments: Record<string, unknown> } | null; content: string }): string;
  /** The pieces of one step; for `respond` (tool null) arguments and between are empty. */
  pieces(
    messages: readonly Message[],
    tools: readonly Tool[],
    call: { tool: Tool; arguments: Record<string, unknown> } | null,
  ): CallPieces;
  /** Reads what a model wrote after the generation prompt: the first call (promptName, arguments), or text, or why it is neither. */
  parse(
    completion: string,
  ): { call: { promptName: string; arguments: unknown } } | { text: string } | { malformed: string };
  /** The text that ends an assistant turn: `<|im_end|>`. */
  stop: string;
  /** sha256 over template and settings. */
  hash: string;
}

export type { Trace };
