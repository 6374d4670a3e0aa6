/** A video as a client reads it, put together from its row, its source and its job. */
import { type Job, presentProgress, type Video } from '#contracts';
import { type OwnedRow, presentOwned } from '#storage';
import { contentTypes } from '../media/container-names.ts';
import { decimal } from '../media/frame-rate.ts';
import { warningsOf } from '../media/video-findings.ts';
import type { Source } from './source.store.ts';

/** Columns of a video; lists filter and sort by them. */
type Columns = 'sha256' | 'fileName' | 'sizeBytes' | 'durationSeconds' | 'videoCodec' | 'audioCodec' | 'displayWidthPx' | 'displayHeightPx';
type Row = Omit<OwnedRow, 'searchText'> & Pick<Video, Columns | 'clipOf'> & { readonly ready: boolean };

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
    rotationDegrees: roundToRightAngle(video.rotationDegrees),
    frameRate: video.frameRate && decimal(video.frameRate),
    ...{ isVariableFrameRate: video.isVariableFrameRate, bitDepth: video.bitDepth, isHdr: video.isHdr, isInterlaced: video.isInterlaced },
    warnings: warningsOf(info, fileName, row.ready ? (verdict?.warnings ?? []) : []),
    streams: [...info.streams],
    clipOf: row.clipOf,
  };
}

const roundToRightAngle = (degrees: number) => ((Math.round(degrees / 90) * 90) % 360) as Video['rotationDegrees'];

/** A video in a list: without the fields that grow with the medium, unless they were asked for. */
export function summaryOf(video: Video, fields: readonly string[] = []): Video {
  const { streams, ...summary } = video;
  return { ...summary, ...(fields.includes('streams') ? { streams } : {}) } as Video;
}
