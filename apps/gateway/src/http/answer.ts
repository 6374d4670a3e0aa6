/** An answer holds what its schema names and nothing else. One made of a value that lasts is checked and written down once. */
import { StreamableFile } from '@nestjs/common';
import { Failure, parseWith } from '#contracts';
import { derivedFrom } from '#platform';
import { type Endpoint, responseSchema, successStatus } from './endpoint.ts';
import { resourceEtag, strongEtag } from './etag.ts';
import { revisionOf } from './presenter.ts';
import { projectorOf } from './projector.ts';

/** @param tag takes the ETag of an answer that is a value; a {@link ReadyAnswer} has its own */
type ReadAnswer = (status: number, body: unknown, tag?: (etag: string) => void) => unknown;

/** An answer in the bytes in which it leaves. */
export class ReadyAnswer {
  readonly text: string;
  readonly etag: string;
  readonly nextCursor: string | undefined;
  /** Whether the ETag is also what `If-Match` takes. */
  readonly hasRevision: boolean;

  /** @param revision of a resource with one */
  constructor(body: unknown, revision: number | undefined) {
    this.hasRevision = revision !== undefined;
    this.text = JSON.stringify(body);
    this.etag = revision === undefined ? strongEtag(this.text) : resourceEtag(revision, this.text);
    this.nextCursor = nextCursorOf(body);
  }
}

/** Where the next page of a list begins; undefined on the last one and for what is no list. */
export function nextCursorOf(body: unknown): string | undefined {
  const cursor = typeof body === 'object' && body !== null && 'nextCursor' in body ? body.nextCursor : undefined;
  return typeof cursor === 'string' ? cursor : undefined;
}

/**
 * @returns reads what the handler gave for a status; to a GET it may give a {@link ReadyAnswer}, the same for the same value. It throws Failure
 *   internal when that does not fit the schema declared for the status.
 */
export function answerReader(endpoint: Endpoint): ReadAnswer {
  const check = checker(endpoint);
  // What a POST is answered is also remembered under its Idempotency-Key, as a value.
  if (endpoint.method === 'GET') return onceReady(successStatus(endpoint), check);
  return endpoint.method === 'POST' ? tagged(check) : withRevision(check);
}

function checker(endpoint: Endpoint): ReadAnswer {
  const schemas = new Map(Object.keys(endpoint.responses).map((status) => [Number(status), responseSchema(endpoint, Number(status))]));
  return (status, body) => {
    const schema = schemas.get(status);
    if (!schema || body instanceof StreamableFile) return body;
    const parsed = parseWith(schema, body);
    const project = projectorOf(schema);
    if (parsed.success) return project ? project(parsed.data) : parsed.data;
    throw new Failure('internal', 'Something broke on our side; it has been logged under this trace id.', { cause: parsed.error });
  };
}

/** A value of a resource with a revision, whose ETag is as that of the GET after it would be. */
const tagged =
  (check: ReadAnswer): ReadAnswer =>
  (status, body, tag) => {
    const answer = check(status, body);
    const revision = revisionOf(body);
    if (revision !== undefined) tag?.(resourceEtag(revision, JSON.stringify(answer)));
    return answer;
  };

/** A change is answered with the ETag of what it made, as the GET after it would be. */
const withRevision =
  (check: ReadAnswer): ReadAnswer =>
  (status, body) => {
    const revision = revisionOf(body);
    const answer = check(status, body);
    return revision === undefined ? answer : new ReadyAnswer(answer, revision);
  };

function onceReady(usual: number, check: ReadAnswer): ReadAnswer {
  const withTag = withRevision(check);
  return (status, body) => {
    const made = status === usual ? derivedFrom(body) : undefined;
    if (!made) return status === usual ? withTag(status, body) : check(status, body);
    const known = made.get(check);
    if (known) return known;
    const ready = new ReadyAnswer(check(status, body), revisionOf(body));
    made.set(check, ready);
    return ready;
  };
}
