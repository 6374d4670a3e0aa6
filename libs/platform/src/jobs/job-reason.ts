/** What a client may read about a failed attempt. Pure. */
import { Failure } from '#contracts';

export interface Reason {
  readonly code: string;
  readonly message: string;
}

const maxLines = 20;
const maxLineLength = 500;

/** The failure's own words; an unexpected error shows none of its own (they are for the log). */
export function reasonOf(error: unknown): Reason {
  const { code, message } = Failure.from(error);
  return { code, message };
}

/** The last lines of the tool that failed: whichever error of the chain of causes carries `stderrTail`. */
export function toolLinesOf(error: unknown): string[] {
  for (let cause = error, depth = 0; typeof cause === 'object' && cause !== null && depth < 6; depth++) {
    if ('stderrTail' in cause && Array.isArray(cause.stderrTail)) return cause.stderrTail.slice(-maxLines).map(readableLine);
    cause = 'cause' in cause ? cause.cause : undefined;
  }
  return [];
}

/** PostgreSQL's jsonb refuses NUL, and nobody can read the other control characters. */
const readableLine = (line: unknown): string =>
  String(line)
    .replaceAll(/\p{Cc}/gu, ' ')
    .slice(0, maxLineLength);
