/** A rendition as a client reads it, put together from its row, its encodings and its job. */
import { type Job, presentProgress, presetId, type VideoRendition } from '#contracts';
import { type OwnedRow, presentOwned } from '#storage';
import type { Encoding } from './encoding.store.ts';
import type { RenditionRow } from './rendition.store.ts';

type Row = Omit<OwnedRow, 'searchText'> & Pick<RenditionRow, 'videoId' | 'preset' | 'presetVersion' | 'ready'>;

/** The tracks of a rendition: what was asked for, and the sound that is played with it. */
export interface RenditionTracks {
  readonly main: Encoding;
  readonly sound: Encoding | null;
}

/** Whether all of it is encoded. Its owner has it once it is counted, too. */
const isEncoded = ({ main, sound }: RenditionTracks): boolean => main.isComplete && (sound === null || sound.isComplete);

/** Size of all segments in bytes; 0 until it is ready. */
export const bytesOf = (tracks: RenditionTracks): number => sumOf(tracks, 'sizeBytes') ?? 0;

/** @param job undefined where it is not known any more */
export function presentRendition(row: Row, tracks: RenditionTracks, job: Job | undefined): VideoRendition {
  const { videoId, preset, presetVersion } = row;
  const { main, sound } = tracks;
  const ready = row.ready && isEncoded(tracks);
  const kbps = (name: 'averageBitRate' | 'peakBitRate') => perThousand(sumOf(tracks, name));
  return {
    kind: 'video-rendition',
    ...presentOwned(row),
    ...presentProgress(ready, job),
    ...{ videoId, preset: presetId(preset, presetVersion) },
    widthPx: ready ? main.widthPx : null,
    heightPx: ready ? main.heightPx : null,
    frameRate: ready ? main.frameRate : null,
    codecs: ready ? [main.codec, ...(sound ? [sound.codec] : [])].join(',') : null,
    averageBitRateKbps: kbps('averageBitRate'),
    peakBitRateKbps: kbps('peakBitRate'),
    sizeBytes: sumOf(tracks, 'sizeBytes'),
    segmentCount: main.segmentCount,
    durationSeconds: ready ? main.durationSeconds : null,
  };
}

const perThousand = (value: number | null) => (value === null ? null : value / 1_000);

/** Of both tracks; null until it is ready. */
function sumOf(tracks: RenditionTracks, name: 'averageBitRate' | 'peakBitRate' | 'sizeBytes'): number | null {
  if (!isEncoded(tracks)) return null;
  return (tracks.main[name] ?? 0) + (tracks.sound?.[name] ?? 0);
}
