/** What makes two requests the same request. */

export interface RequestFacts {
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The parsed JSON body; undefined where there is none or where it is a stream that nobody has read yet. */
  readonly body: unknown;
}

/**
 * JSON counts as it was understood: white space makes no difference, everything else does. A file is too large to be read before the question
 * whether it is wanted at all, so what its client declares stands for it: media type, length and, where sent, its digest (RFC 9530) or what tus says of it.
 *
 * @returns a text that is equal for equal requests; it may hold secrets, so hash it with a key before it is kept
 */
export function factsOf({ method, url, headers, body }: RequestFacts): string {
  const what = body === undefined || body === null ? declared(headers) : { json: body };
  return JSON.stringify([method, url, what]);
}

const declared = (headers: RequestFacts['headers']) => ({
  type: String(headers['content-type'] ?? '')
    .split(';', 1)[0]
    ?.trim()
    .toLowerCase(),
  length: headers['content-length'] ?? null,
  upload: [headers['upload-length'] ?? null, headers['upload-metadata'] ?? null], // tus: the file comes later
  digest: headers['content-digest'] ?? headers['repr-digest'] ?? null,
});
