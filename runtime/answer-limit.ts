/** Far more than any engine or endpoint has to say: the candidates of a step over a large vocabulary take some 20 MB. */
const MOST_BYTES = 128 * 1024 * 1024;

/** Passes on what a server answers, and fails where it has no end: it would fill the memory long before any time is over. */
export async function* limitAnswer(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const count = counter();
  for await (const chunk of chunks) {
    count(chunk);
    yield chunk;
  }
}

/** `fetch` with such answers. */
export const limitedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  if (response.body === null) return response;
  const count = counter();
  const limit = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      count(chunk);
      controller.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(limit), response);
};

function counter(): (chunk: Uint8Array) => void {
  let bytes = 0;
  return ({ length }) => {
    bytes += length;
    if (bytes > MOST_BYTES) throw new Error(`the answer has more than ${MOST_BYTES} bytes`);
  };
}
