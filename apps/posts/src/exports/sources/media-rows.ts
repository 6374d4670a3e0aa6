/** Tracks and videos as rows of an export; their services write them as partitions. */
import type { Track, Video } from '#contracts';
import { booleans, integers, jsons, numbers, type RowForm, texts, timestamps } from '../export-row.ts';

export type ExportedTrack = Omit<Track, 'analysis' | 'job' | 'problem' | 'revision'>;
export type ExportedVideo = Omit<Video, 'streams' | 'job' | 'problem' | 'revision'>;

export const trackForm: RowForm<ExportedTrack> = {
  line: (row) => JSON.stringify(row),
  columns: [
    ...texts<ExportedTrack>('id', 'title', 'state', 'fileName', 'contentType', 'sha256'),
    ...integers<ExportedTrack>('sizeBytes'),
    ...texts<ExportedTrack>('codec'),
    ...numbers<ExportedTrack>('durationSeconds'),
    ...integers<ExportedTrack>('sampleRateHz', 'channels'),
    ...numbers<ExportedTrack>('bpm'),
    ...texts<ExportedTrack>('key', 'mode', 'camelot'),
    ...numbers<ExportedTrack>('loudnessLufs'),
    ...jsons<ExportedTrack>('fileTags', 'tags', 'metadata'),
    ...texts<ExportedTrack>('externalId'),
    ...timestamps<ExportedTrack>('createdAt', 'updatedAt'),
  ],
};

export const videoForm: RowForm<ExportedVideo> = {
  line: (row) => JSON.stringify(row),
  columns: [
    ...texts<ExportedVideo>('id', 'title', 'state', 'fileName', 'contentType', 'sha256'),
    ...integers<ExportedVideo>('sizeBytes'),
    ...texts<ExportedVideo>('container', 'videoCodec', 'audioCodec'),
    ...numbers<ExportedVideo>('durationSeconds', 'frameRate'),
    ...integers<ExportedVideo>('widthPx', 'heightPx', 'displayWidthPx', 'displayHeightPx', 'rotationDegrees', 'bitDepth'),
    ...booleans<ExportedVideo>('isVariableFrameRate', 'isHdr', 'isInterlaced'),
    ...jsons<ExportedVideo>('tags', 'metadata'),
    ...texts<ExportedVideo>('externalId'),
    ...timestamps<ExportedVideo>('createdAt', 'updatedAt'),
  ],
};
