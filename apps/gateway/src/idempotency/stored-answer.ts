/** A response as stored for replay. */
import { Failure, type FailureCode, failures, type WireFailure, wireFailure } from '#contracts';

export interface GoodAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The handler's result; undefined without a body. */
  readonly body?: unknown;
}

export type StoredAnswer = GoodAnswer | { readonly refused: WireFailure };

/** Headers that belong to the result; others belong to the connection or the time. */
const keptHeaders = [
  'etag',
  'location',
  'content-location',
  'preference-applied',
  'link',
  'tus-resumable',
  'upload-offset',
  'upload-expires',
];

/** Larger responses are not stored. */
export const maxAnswerBytes = 1_024 * 1_024;

/** @param all headers of the reply */
export function headersToKeep(all: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(keptHeaders.flatMap((name) => (all[name] === undefined ? [] : [[name, String(all[name])]])));
}

/** Transient failures, which a retry may not repeat. */
const passing: ReadonlySet<number> = new Set([400, 408, 409, 425, 429, 499]);
/** These pass too, whatever their status: another server did not answer, or answered with an error. */
const passingCodes: ReadonlySet<FailureCode> = new Set(['remote-unreachable', 'remote-refused']);

/**
 * @returns the failure to store; undefined for server errors (5xx) and for failures that a retry may not repeat: an incomplete or invalid
 * request (it had no effect), a temporary conflict, a rate limit, a remote server that does not answer
 */
export function refusalToKeep(failure: Failure): StoredAnswer | undefined {
  const { status } = failures[failure.code];
  return status >= 500 || passing.has(status) || passingCodes.has(failure.code) ? undefined : { refused: failure.toWire() };
}

/** @throws Failure the stored failure, unchanged */
export function answerAgain(stored: StoredAnswer): GoodAnswer {
  if ('refused' in stored) throw Failure.fromWire(wireFailure.parse(stored.refused));
  return stored;
}
