/** Failures of files that were sent as video. */
import { ToolFailure } from '#compute';
import { Failure, type FailureCode, type FailureDetails } from '#contracts';

export const videoFailures = {
  'media-not-video': {
    status: 422,
    title: 'The file is not video that we can read',
    page: 'The file is not in a supported video format; its name and declared type are not considered. The detail names the detected format and the supported ones.',
  },
  'media-without-picture': {
    status: 422,
    title: 'The file has no moving picture in it',
    page: 'The file is a valid audio file or container, but it has no video track. A cover picture is not a video track.',
  },
  'media-too-large': {
    status: 422,
    title: 'The picture, the frame rate or the number of streams is larger than allowed',
    page: 'The picture has more pixels, more frames per second or the file more streams than this installation accepts. The detail names the limit.',
  },
} as const satisfies Readonly<Record<string, { status: number; title: string; page: string }>>;

export type VideoFailureCode = keyof typeof videoFailures;

/** The type assertion goes away when the table above is part of the catalogue of failures in the contracts. */
export const videoFailure = (code: VideoFailureCode, message: string, details: FailureDetails = {}): Failure =>
  new Failure(code as string as FailureCode, message, details);

/** Whether an error says that the file cannot be decoded, not that a program or the caller ended the work. */
export const isUndecodable = (error: unknown): boolean => error instanceof Failure && error.code === 'media-undecodable';

/** A failure of a tool with the same details under a message about video. */
export function undecodable(message: string, cause?: unknown): Failure {
  if (!(cause instanceof ToolFailure)) return new Failure('media-undecodable', message, { cause });
  const { end, exitCode, killedBy, stderrTail } = cause;
  return new ToolFailure('media-undecodable', message, { end, exitCode, killedBy, stderrTail, cause });
}
