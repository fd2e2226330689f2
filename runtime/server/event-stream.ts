/** Told how a stream ended, once. */
export interface StreamEnd {
  onEnd(): Promise<void>;
  /** @returns what is told in the stream */
  onError(error: unknown): unknown;
}

/** Server-sent events of values, as OpenAI's API sends them: each as JSON, at the end `[DONE]`. Also where nobody reads any more it runs to its end. */
export function eventStream(
  first: unknown,
  rest: AsyncGenerator<unknown, void, undefined>,
  { onEnd, onError }: StreamEnd,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let isRead = true;
  return new ReadableStream<Uint8Array>({
    // Values are few and small: they do not wait for the reader.
    async start(controller) {
      const send = (text: string) => {
        if (isRead) controller.enqueue(encoder.encode(`data: ${text}\n\n`));
      };
      try {
        send(JSON.stringify(first));
        for await (const value of rest) send(JSON.stringify(value));
        await onEnd();
        send('[DONE]');
      } catch (error) {
        send(JSON.stringify(onError(error)));
      }
      if (isRead) controller.close();
    },
    cancel() {
      isRead = false;
    },
  });
}
