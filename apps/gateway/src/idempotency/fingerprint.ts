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
 * whether it is wanted at all, so this has what its client declares: media type, its digest where one is sent (RFC 9530), what tus says of it. What it
 * really holds is compared before an answer is given again (`IdempotentAnswers`).
 *
 * @returns a text that is equal for equal requests; it may hold secrets, so hash it with a key before it is kept
 */
export function factsOf({ method, url, headers, body }: RequestFacts): string {
  const what = body === undefined || body === null ? declared(headers) : { json: body };
  return JSON.stringify([method, url, what]);
}

const typeOf = (headers: RequestFacts['headers']) =>
  String(headers['content-type'] ?? '')
    .split(';', 1)[0]
    ?.trim()
    .toLowerCase();

const declared = (headers: RequestFacts['headers']) => ({
  type: typeOf(headers),
  length: typeOf(headers) === 'multipart/form-data' ? null : (headers['content-length'] ?? null), // of a form it depends on the boundary
  upload: [headers['upload-length'] ?? null, headers['upload-metadata'] ?? null], // tus: the file comes later
  digest: headers['content-digest'] ?? headers['repr-digest'] ?? null,
});
