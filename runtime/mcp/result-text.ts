import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';

/** Whether a result's text only says what it was: it had no text of its own. */
export function isNoText(text: string): boolean {
  return (
    text !== '' &&
    text
      .split('\n')
      .every((line) => /^\[(resource \S+|link \S+|(image|audio) \S+, \d+ base64 characters)\]$/.test(line))
  );
}

/** A tool result as text: text parts as they are, others as one line that says what they are. */
export function resultText(result: CallToolResult): string {
  const parts = result.content.map((part) => {
    switch (part.type) {
      case 'text':
        return part.text;
      case 'resource':
        return 'text' in part.resource ? part.resource.text : `[resource ${part.resource.uri}]`;
      case 'resource_link':
        return `[link ${part.uri}]`;
      default:
        return `[${part.type} ${part.mimeType}, ${part.data.length} base64 characters]`;
    }
  });
  if (parts.length === 0 && result.structuredContent !== undefined) return JSON.stringify(result.structuredContent);
  return parts.join('\n');
}
