/** An answer as it is kept for whoever sends the same request again. */
import { Failure, failures, type WireFailure, wireFailure } from '#contracts';

export interface GoodAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** What the handler gave; undefined where there is no body. */
  readonly body?: unknown;
}

export type StoredAnswer = GoodAnswer | { readonly refused: WireFailure };

/** Headers that say what became of the request; the others belong to the connection or to the moment. */
const keptHeaders = ['location', 'content-location', 'preference-applied', 'link', 'tus-resumable', 'upload-offset', 'upload-expires'];

/** A larger answer is not kept. */
export const maxAnswerBytes = 1_024 * 1_024;

/** @param all of the reply so far */
export function headersToKeep(all: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(keptHeaders.flatMap((name) => (all[name] === undefined ? [] : [[name, String(all[name])]])));
}

/** What depends on the moment or the line, and may be different next time. */
const passing: ReadonlySet<number> = new Set([400, 408, 409, 425, 429, 499]);

/**
 * @returns what to keep of a refusal; undefined for faults of ours (5xx) and for what another try may change: a request that did not arrive
 * whole or did not fit (nothing has happened then), a conflict that passes, a lack of allowance
 */
export function refusalToKeep(failure: Failure): StoredAnswer | undefined {
  const { status } = failures[failure.code];
  return status >= 500 || passing.has(status) ? undefined : { refused: failure.toWire() };
}

/** @throws Failure the kept refusal, in the same words */
export function answerAgain(stored: StoredAnswer): GoodAnswer {
  if ('refused' in stored) throw Failure.fromWire(wireFailure.parse(stored.refused));
  return stored;
}
