/** `fetch` for the endpoint of a language model: it follows no redirect, and an answer has a bound. */

/** An answer of 20,000 units in pieces of one token each, with what surrounds them. */
const maxAnswerBytes = 8 * 1_024 ** 2;

/** @throws TypeError for a redirect; the stream of the body fails beyond {@link maxAnswerBytes} */
export async function boundedFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, { ...init, redirect: 'error' });
  if (!response.body) return response;
  let received = 0;
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      received += chunk.byteLength;
      if (received > maxAnswerBytes) controller.error(new SyntaxError('the answer of the language model is too large'));
      else controller.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(limit), response);
}
