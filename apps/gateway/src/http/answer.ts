/** An answer holds what its schema names and nothing else. One made of a value that lasts is checked and written down once. */
import { StreamableFile } from '@nestjs/common';
import { Failure, parseWith } from '#contracts';
import { derivedFrom } from '#platform';
import { type Endpoint, responseSchema, successStatus } from './endpoint.ts';
import { strongEtag } from './etag.ts';

type ReadAnswer = (status: number, body: unknown) => unknown;

/** An answer in the bytes in which it leaves. */
export class ReadyAnswer {
  readonly text: string;
  readonly etag: string;

  constructor(body: unknown) {
    this.text = JSON.stringify(body);
    this.etag = strongEtag(this.text);
  }
}

/**
 * @returns reads what the handler gave for a status; to a GET it may give a {@link ReadyAnswer}, the same for the same value. It throws Failure
 *   internal when that does not fit the schema declared for the status.
 */
export function answerReader(endpoint: Endpoint): ReadAnswer {
  const check = checker(endpoint);
  // What a POST is answered is also remembered under its Idempotency-Key, as a value.
  return endpoint.method === 'GET' ? onceReady(successStatus(endpoint), check) : check;
}

function checker(endpoint: Endpoint): ReadAnswer {
  const schemas = new Map(Object.keys(endpoint.responses).map((status) => [Number(status), responseSchema(endpoint, Number(status))]));
  return (status, body) => {
    const schema = schemas.get(status);
    if (!schema || body instanceof StreamableFile) return body;
    const parsed = parseWith(schema, body);
    if (parsed.success) return parsed.data;
    throw new Failure('internal', 'Something broke on our side; it has been logged under this trace id.', { cause: parsed.error });
  };
}

function onceReady(usual: number, check: ReadAnswer): ReadAnswer {
  return (status, body) => {
    const made = status === usual ? derivedFrom(body) : undefined;
    if (!made) return check(status, body);
    const known = made.get(check);
    if (known) return known;
    const ready = new ReadyAnswer(check(status, body));
    made.set(check, ready);
    return ready;
  };
}
