/** Properties of a video file that are known before it is decoded. */
import type { Fraction, VideoContainer } from '#media';

export interface VideoInfo {
  readonly container: VideoContainer;
  /** ffmpeg's name of the container: the only demuxer that may open the file. */
  readonly demuxer: string;
  readonly sizeBytes: number;
  /** As the container declares it, or measured when it declares none; null when neither is known. */
  readonly durationSeconds: number | null;
  /** Of the whole file, in bits per second; null when the duration is not known. */
  readonly bitRate: number | null;
  /** The stream that is shown: the default one, else the first. */
  readonly video: VideoStream;
  /** Without cover pictures. */
  readonly videoStreamCount: number;
  readonly audio: readonly AudioStream[];
  readonly subtitles: readonly SubtitleStream[];
  /** Time codes, camera telemetry, attachments. */
  readonly dataStreamCount: number;
  readonly hasAttachedPicture: boolean;
  /** Every stream of the file, as it stands there. */
  readonly streams: readonly StreamSummary[];
  readonly chapters: readonly Chapter[];
  readonly warnings: readonly VideoWarning[];
}

export interface VideoStream {
  /** Position in the file, from 0. */
  readonly index: number;
  /** ffprobe's name, e.g. `h264`. */
  readonly codec: string;
  readonly profile: string | null;
  /** ffmpeg's name, e.g. `yuv420p10le`. */
  readonly pixelFormat: string | null;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Width of one pixel divided by its height. */
  readonly sampleAspectRatio: Fraction;
  /** In square pixels, after rotation: what a viewer sees. */
  readonly displayWidthPx: number;
  readonly displayHeightPx: number;
  /** Clockwise, in [0, 360). */
  readonly rotationDegrees: number;
  /** Exact; of variable frame rate the rate that keeps most frames. Null when there are no two frames. */
  readonly frameRate: Fraction | null;
  readonly isVariableFrameRate: boolean;
  readonly bitDepth: number;
  readonly color: ColorDescription;
  /** PQ or HLG transfer. */
  readonly isHdr: boolean;
  readonly isInterlaced: boolean;
  readonly durationSeconds: number | null;
  readonly startSeconds: number;
}

/** ffmpeg's names, e.g. `bt709`; null when the file does not say. */
export interface ColorDescription {
  readonly primaries: string | null;
  readonly transfer: string | null;
  readonly matrix: string | null;
  readonly range: 'limited' | 'full' | null;
}

export interface AudioStream {
  readonly index: number;
  readonly codec: string;
  readonly channels: number;
  /** e.g. `stereo`, `5.1`; null when unknown. */
  readonly layout: string | null;
  readonly sampleRateHz: number;
  readonly language: string | null;
  readonly isDefault: boolean;
  /** The codec is on the allow-list. */
  readonly isReadable: boolean;
}

export interface StreamSummary {
  readonly index: number;
  readonly type: 'video' | 'audio' | 'subtitle' | 'data' | 'picture';
  readonly codec: string | null;
  readonly language: string | null;
  readonly channels: number | null;
  readonly sampleRateHz: number | null;
  readonly bitRateKbps: number | null;
}

export interface SubtitleStream {
  readonly index: number;
  readonly codec: string;
  readonly language: string | null;
  /** At most 200 characters; these three are absent where an older version has read the file. */
  readonly title?: string | null;
  readonly isDefault?: boolean;
  readonly isForHearingImpaired?: boolean;
}

export interface Chapter {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly title: string | null;
}

export const warningCodes = ['truncated', 'index-at-end', 'duration-missing', 'audio-unreadable', 'chapters-omitted'] as const;

export interface VideoWarning {
  readonly code: (typeof warningCodes)[number];
  readonly detail: string;
}

export interface VideoLimits {
  readonly maxDurationSeconds: number;
  /** Of either side, in coded pixels. */
  readonly maxSidePx: number;
  /** Of one frame. */
  readonly maxPixels: number;
  readonly maxFrameRate: number;
  readonly maxStreams: number;
  readonly maxChapters: number;
  /** Wall-clock limit of ffprobe. */
  readonly probeTimeoutMs: number;
}

export const defaultVideoLimits: VideoLimits = {
  maxDurationSeconds: 12 * 3_600,
  maxSidePx: 8_192,
  maxPixels: 7_680 * 4_320,
  maxFrameRate: 240,
  maxStreams: 32,
  maxChapters: 500,
  probeTimeoutMs: 20_000,
};
