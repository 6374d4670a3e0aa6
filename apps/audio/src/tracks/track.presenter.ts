/** A track as a client reads it, put together from its row, its recording and the state of its job. */
import type { JobState, Track, TrackAnalysis } from '#contracts';
import type { Container } from '#media';
import type { MediaInfo } from '../media/media-info.ts';

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
};

interface Row {
  readonly id: string;
  readonly sha256: string;
  readonly fileName: string;
  readonly jobId: string;
  readonly createdAt: Date;
}

interface Known {
  readonly sizeBytes: number;
  readonly media: MediaInfo;
  readonly analysis: TrackAnalysis | null;
}

/** @param jobState undefined where the job is not known any more: without an analysis nobody works on the track then */
export function presentTrack(row: Row, { sizeBytes, media, analysis }: Known, jobState: JobState | undefined): Track {
  return {
    id: row.id,
    fileName: row.fileName,
    contentType: contentTypes[media.container],
    sizeBytes,
    sha256: row.sha256,
    codec: media.codec,
    durationSeconds: analysis?.durationSeconds ?? media.durationSeconds,
    sampleRateHz: media.sampleRateHz,
    channels: media.channels,
    tags: media.tags,
    state: stateOf(analysis, jobState),
    jobId: row.jobId,
    analysis,
    createdAt: row.createdAt.toISOString(),
  };
}

function stateOf(analysis: TrackAnalysis | null, jobState: JobState | undefined): Track['state'] {
  if (analysis) return 'ready';
  return jobState === 'queued' || jobState === 'running' || jobState === 'succeeded' ? 'analyzing' : 'failed';
}
