/** Determines whether two requests are equal for an Idempotency-Key. */

export interface RequestFacts {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The parsed JSON body; undefined without a body or for an unread stream. */
  readonly body: unknown;
}

/**
 * JSON is compared parsed, so white space is ignored. A file is too large to read before this check,
 * so this includes what the client declares: media type, digest (RFC 9530) and tus metadata. The actual
 * content is compared before a response is replayed (`IdempotentAnswers`).
 *
 * @returns a text that is equal for equal requests; it may contain secrets, so store only a keyed hash of it
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
  length: typeOf(headers) === 'multipart/form-data' ? null : (headers['content-length'] ?? null), // the length of a form depends on the boundary
  upload: [headers['upload-length'] ?? null, headers['upload-metadata'] ?? null, headers['upload-concat'] ?? null], // tus: the file follows later
  digest: headers['content-digest'] ?? headers['repr-digest'] ?? null,
});
