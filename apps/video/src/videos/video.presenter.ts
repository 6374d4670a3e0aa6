/** A video as a client reads it, put together from its row, its source and its job. */
import { type Job, presentProgress, type Video, type VideoWarningCode, videoWarnings } from '#contracts';
import { type OwnedRow, presentOwned } from '#storage';
import { contentTypes, fitsExtension } from '../media/container-names.ts';
import { decimal } from '../media/frame-rate.ts';
import type { AudioStream, VideoInfo } from '../media/video-info.ts';
import type { Source } from './source.store.ts';

/** Columns of a video; lists filter and sort by them. */
type Columns = 'sha256' | 'fileName' | 'sizeBytes' | 'durationSeconds' | 'videoCodec' | 'audioCodec' | 'displayWidthPx' | 'displayHeightPx';
type Row = Omit<OwnedRow, 'searchText'> & Pick<Video, Columns> & { readonly ready: boolean };

/** @param job undefined where it is not known any more */
export function presentVideo(row: Row, source: Pick<Source, 'info' | 'verdict'>, job: Job | undefined): Video {
  const { fileName, sizeBytes, sha256, durationSeconds, videoCodec, audioCodec, displayWidthPx, displayHeightPx } = row;
  const { info, verdict } = source;
  const { video } = info;
  return {
    kind: 'video',
    ...presentOwned(row),
    ...presentProgress(row.ready, job),
    ...{ fileName, contentType: contentTypes[info.container], sizeBytes, sha256, container: info.container },
    ...{ durationSeconds, videoCodec, audioCodec, widthPx: video.widthPx, heightPx: video.heightPx, displayWidthPx, displayHeightPx },
    rotationDegrees: quarterTurn(video.rotationDegrees),
    frameRate: video.frameRate && decimal(video.frameRate),
    ...{ isVariableFrameRate: video.isVariableFrameRate, bitDepth: video.bitDepth, isHdr: video.isHdr, isInterlaced: video.isInterlaced },
    warnings: warningsOf(info, fileName, row.ready ? (verdict?.warnings ?? []) : []),
    streams: [...info.streams],
  };
}

/** The sound that is used: the default one, else the first, of those that can be decoded. */
export function usedAudio({ audio }: Pick<VideoInfo, 'audio'>): AudioStream | undefined {
  const readable = audio.filter(({ isReadable }) => isReadable);
  return readable.find(({ isDefault }) => isDefault) ?? readable[0];
}

const quarterTurn = (degrees: number) => ((Math.round(degrees / 90) * 90) % 360) as Video['rotationDegrees'];

/** In the order of the contract, each once. @param found by decoding */
export function warningsOf(info: VideoInfo, fileName: string, found: readonly VideoWarningCode[]): VideoWarningCode[] {
  const codes = new Set<VideoWarningCode>([...info.warnings.map(({ code }) => code), ...found]);
  if (!fitsExtension(fileName, info.container)) codes.add('extension-mismatch');
  if (info.video.isVariableFrameRate) codes.add('variable-frame-rate');
  if (info.audio.length === 0) codes.add('no-audio');
  return videoWarnings.filter((code) => codes.has(code));
}

/** A video in a list: without the fields that grow with the medium, unless they were asked for. */
export function summaryOf(video: Video, fields: readonly string[] = []): Video {
  const { streams, ...summary } = video;
  return { ...summary, ...(fields.includes('streams') ? { streams } : {}) } as Video;
}
