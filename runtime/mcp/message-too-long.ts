import { STDIO_DEFAULT_MAX_BUFFER_SIZE } from '@modelcontextprotocol/sdk/shared/stdio.js';

/** Longest message that is taken from a server, in bytes: more would fill the memory. */
export const MAX_MESSAGE_BYTES = STDIO_DEFAULT_MAX_BUFFER_SIZE;

/** A server sent more than a message may hold. */
export class MessageTooLong extends Error {
  constructor() {
    super(`a message of more than ${MAX_MESSAGE_BYTES / 2 ** 20} MB`);
  }
}
