/** An upload as we remember it. */
import { Failure, type MediaKind, type WireFailure } from '#contracts';

export const uploadStates = ['receiving', 'arrived', 'finished', 'refused', 'expired'] as const;
export type UploadState = (typeof uploadStates)[number];

/** What the bytes became: a resource of the upload's kind. */
export interface UploadResult {
  readonly id: string;
  /** Null where nothing was left to do. */
  readonly jobId: string | null;
}

export interface Upload {
  readonly id: string;
  /** Of what the file becomes, whenever that is. */
  readonly targetId: string;
  readonly ownerId: string;
  readonly kind: MediaKind;
  readonly fileName: string;
  readonly contentType: string | null;
  readonly metadata: string | null;
  /** Null: not told yet. */
  readonly lengthBytes: number | null;
  /** So many are on the disk for good. */
  readonly offsetBytes: number;
  readonly state: UploadState;
  readonly finishAttempts: number;
  readonly arrivedAt: Date | null;
  readonly result: UploadResult | null;
  readonly problem: WireFailure | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export const uploadNotFound = (): Failure => new Failure('upload-not-found', 'There is no such upload.');
export const uploadLocked = (): Failure =>
  new Failure('upload-locked', 'Another request is working on this upload.', { retryAfterSeconds: 1 });

export const wrongOffset = ({ offsetBytes }: Pick<Upload, 'offsetBytes'>): Failure =>
  new Failure('upload-offset-mismatch', `The upload stands at ${offsetBytes}; ask with HEAD and go on from there.`);

/** What is over cannot go on. @throws Failure upload-expired; the one that refused the file */
export function refuseEnded({ state, problem }: Pick<Upload, 'state' | 'problem'>): void {
  if (state === 'expired') throw new Failure('upload-expired', 'The upload was given up because nothing came for too long.');
  if (problem) throw Failure.fromWire(problem);
}
