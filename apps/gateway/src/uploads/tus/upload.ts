/** An upload as we remember it. */
import { Failure, type MediaKind, type WireFailure } from '#contracts';
import type { ConcatRole } from './concatenation.ts';

export const uploadStates = ['receiving', 'arrived', 'finished', 'refused', 'expired'] as const;
export type UploadState = (typeof uploadStates)[number];

/** What the bytes became: a resource of the upload's kind. */
export interface UploadResult {
  readonly id: string;
  /** Null where nothing was left to do. */
  readonly jobId: string | null;
  /** Of documents: the collection that they are loaded into. */
  readonly collectionId?: string;
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
  /** `partial`: one part of a file; `final`: joins parts; null: a whole file by itself. */
  readonly concat: ConcatRole | null;
  /** Of a final upload: its parts in the order of the file. They are gone once it has ended. */
  readonly partIds: readonly string[] | null;
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

/** Names of the files that have its bytes. */
export const filesOf = ({ id, partIds }: Pick<Upload, 'id' | 'partIds'>): readonly string[] => partIds ?? [id];

/** @param partIds of the parts that are not whole */
export const incomplete = (partIds: readonly string[]): Failure =>
  new Failure(
    'upload-incomplete',
    `Bytes are missing of ${partIds.map((id) => `/v1/uploads/${id}`).join(', ')}; send them, then join the parts.`,
  );
