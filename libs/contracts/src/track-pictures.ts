/** Pictures of a track: the cover that is in the file, and the spectrogram. Kept in the blob store, shared by all tracks with the same bytes. */
import * as z from 'zod';
import type { FailureTable } from './failure-table.ts';
import { sha256 } from './media-intake.ts';
import { rpc } from './rpc.ts';
import { decimalInteger } from './values.ts';

export const trackPictureFailures = {
  'cover-not-found': {
    status: 404,
    title: 'The track has no cover',
    page: 'The file of the track has no embedded picture, or none that is a JPEG, PNG, GIF, WebP or BMP picture of at most 16 MiB.',
  },
} as const satisfies FailureTable;

export const coverMaxBytes = 16 << 20;

const located = z.object({ sha256, sizeBytes: z.number().int().positive(), contentType: z.string(), fileName: z.string() });

/** Where the embedded picture is; taken out of the file when it is asked for first. */
export const locateTrackCover = rpc({
  subject: 'audio.cover.locate.v1',
  request: z.strictObject({ trackId: z.uuid() }),
  reply: located,
  failures: ['track-not-found', 'cover-not-found', 'file-lost'],
  deadlineMs: 20_000,
});

export const spectrogramOptions = z.strictObject({
  widthPx: decimalInteger({ min: 64, max: 2_000 }).default(1_200),
  heightPx: decimalInteger({ min: 32, max: 1_024 }).default(400),
});

/** Drawn when it is asked for first in this size, then kept; a recording is decoded whole for it. */
export const locateTrackSpectrogram = rpc({
  subject: 'audio.spectrogram.locate.v1',
  request: z.strictObject({ trackId: z.uuid(), ...spectrogramOptions.shape }),
  reply: located,
  failures: ['track-not-found', 'analysis-not-ready', 'analysis-failed', 'media-undecodable', 'file-lost'],
  deadlineMs: 20_000,
});
