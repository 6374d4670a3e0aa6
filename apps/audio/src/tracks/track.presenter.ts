/** A track as a client reads it, put together from its row, its recording and its job. */
import { camelotOf, type Job, presentProgress, type Track } from '#contracts';
import type { Container } from '#media';
import { type OwnedRow, presentOwned } from '#storage';
import { type MediaInfo, warningsOf } from '../media/media-info.ts';
import type { StoredAnalysis } from '../recordings/recording.store.ts';

export const contentTypes: Readonly<Record<Container, string>> = {
  wav: 'audio/wav',
  w64: 'audio/x-w64',
  aiff: 'audio/aiff',
  au: 'audio/basic',
  caf: 'audio/x-caf',
  flac: 'audio/flac',
  ogg: 'audio/ogg',
  mp3: 'audio/mpeg',
  aac: 'audio/aac',
  mp4: 'audio/mp4',
  matroska: 'audio/x-matroska',
  asf: 'audio/x-ms-wma',
  ac3: 'audio/ac3',
  eac3: 'audio/eac3',
  wavpack: 'audio/x-wavpack',
  tta: 'audio/x-tta',
};

/** Columns of a track; lists filter and sort by them. */
type Columns = 'sha256' | 'fileName' | 'codec' | 'durationSeconds' | 'bpm' | 'key' | 'mode' | 'loudnessLufs' | 'corrections';
type Row = Omit<OwnedRow, 'searchText'> & Pick<Track, Columns> & { readonly ready: boolean };

interface Known {
  readonly sizeBytes: number;
  readonly media: MediaInfo;
  /** Absent where it was not asked for. */
  readonly analysis?: StoredAnalysis | null;
}

/** @param job undefined where it is not known any more */
export function presentTrack(row: Row, { sizeBytes, media, analysis }: Known, job: Job | undefined): Track {
  const { fileName, sha256, codec, durationSeconds, bpm, key, mode, loudnessLufs } = row;
  const warnings = warningsOf(media);
  return {
    kind: 'track',
    ...presentOwned(row),
    ...presentProgress(row.ready, job),
    ...{ fileName, contentType: contentTypes[media.container], sizeBytes, sha256, codec, durationSeconds },
    ...{ sampleRateHz: media.sampleRateHz, channels: media.channels, bpm, key, mode, camelot: camelotOf(key, mode), loudnessLufs },
    artists: artistsIn(media.tags.artist),
    fileTags: media.tags,
    warnings,
    corrections: row.corrections,
    analysis: row.ready && analysis ? { ...analysis, warnings } : null,
  };
}

const maxArtists = 32;

/** Several artists in one tag are separated by semicolons, as ffprobe joins them, or by a slash between blanks. */
export const artistsIn = (tag = ''): string[] => {
  const names = tag.split(/;|\s\/\s/).map((name) => name.trim());
  return [...new Set(names.filter(Boolean))].slice(0, maxArtists);
};

/** A track in a list: without the fields that grow with the medium, unless they were asked for. */
export function summaryOf(track: Track, fields: readonly string[] = []): Track {
  const { analysis, corrections, fileTags, ...summary } = track;
  return {
    ...summary,
    ...(fields.includes('fileTags') ? { fileTags } : {}),
    ...(fields.includes('corrections') ? { corrections } : {}),
    ...(fields.includes('analysis') ? { analysis } : {}),
  } as Track;
}
