/** Failures to decode a file that was sent as video. */
import { ToolFailure } from '#compute';
import { Failure } from '#contracts';

/** Whether an error says that the file cannot be decoded, not that a program or the caller ended the work. */
export const isUndecodable = (error: unknown): boolean => error instanceof Failure && error.code === 'media-undecodable';

/** Whether work took longer than its own limit, while the caller still waits for it. */
export const isLate = (error: unknown, signal: AbortSignal): boolean =>
  error instanceof Failure && error.code === 'deadline-exceeded' && !signal.aborted;

/** A failure of a tool with the same details under a message about video. */
export function undecodable(message: string, cause?: unknown): Failure {
  if (!(cause instanceof ToolFailure)) return new Failure('media-undecodable', message, { cause });
  const { end, exitCode, killedBy, stderrTail } = cause;
  return new ToolFailure('media-undecodable', message, { end, exitCode, killedBy, stderrTail, cause });
}
