/** The video encoders that ffmpeg may have, with the arguments that renditions give them. */

export const videoCodecNames = ['h264', 'av1'] as const;
export type VideoCodecName = (typeof videoCodecNames)[number];

export interface EncoderTarget {
  /** Frames between two key frames; there is one at each multiple. */
  readonly segmentFrames: number;
  /** Bits per second. */
  readonly maxBitRate: number;
  /** In [1, 16]; hardware has its own. */
  readonly threads: number;
}

export interface VideoEncoder {
  /** As ffmpeg names it. */
  readonly name: string;
  readonly codec: VideoCodecName;
  /** Device file without which it cannot work; null: it runs on cores. */
  readonly device: string | null;
  /** Options that stand before the input. */
  readonly inputOptions: readonly string[];
  /** Filter after all others, which takes the picture to the device; null: none. */
  readonly uploadFilter: string | null;
  /** Options of an output. */
  readonly options: (target: EncoderTarget) => readonly string[];
}

const renderDevice = '/dev/dri/renderD128';

/** Constant quality below a largest rate. */
const rate = ({ maxBitRate }: EncoderTarget): string[] => ['-maxrate', String(maxBitRate), '-bufsize', String(2 * maxBitRate)];
const group = ({ segmentFrames }: EncoderTarget): string[] => ['-g', String(segmentFrames), '-keyint_min', String(segmentFrames)];
const onCores = { device: null, inputOptions: [], uploadFilter: null } as const;

export const x264: VideoEncoder = {
  ...onCores,
  ...{ name: 'libx264', codec: 'h264' },
  options: (target) => [
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high', '-crf', '23', ...rate(target), '-threads', String(target.threads)],
    ...[...group(target), '-sc_threshold', '0', '-x264-params', 'open-gop=0'],
  ],
};

export const videoEncoders: readonly VideoEncoder[] = [
  {
    ...{ name: 'h264_nvenc', codec: 'h264', device: '/dev/nvidia0', inputOptions: [], uploadFilter: null },
    options: (target) => [
      ...['-c:v', 'h264_nvenc', '-preset', 'p4', '-profile:v', 'high', '-rc', 'vbr', '-cq', '26', '-b:v', '0', ...rate(target)],
      ...['-g', String(target.segmentFrames), '-strict_gop', '1', '-no-scenecut', '1', '-forced-idr', '1'],
    ],
  },
  {
    ...{ name: 'h264_qsv', codec: 'h264', device: renderDevice, uploadFilter: 'format=nv12,hwupload=extra_hw_frames=32' },
    inputOptions: ['-init_hw_device', 'qsv=encoder', '-filter_hw_device', 'encoder'],
    options: (target) => [
      ...['-c:v', 'h264_qsv', '-preset', 'medium', '-profile:v', 'high', '-global_quality', '25', ...rate(target)],
      ...['-g', String(target.segmentFrames), '-idr_interval', '0', '-adaptive_i', '0'],
    ],
  },
  {
    ...{ name: 'h264_vaapi', codec: 'h264', device: renderDevice, uploadFilter: 'format=nv12,hwupload' },
    inputOptions: ['-init_hw_device', `vaapi=encoder:${renderDevice}`, '-filter_hw_device', 'encoder'],
    options: (target) => [
      ...[
        '-c:v',
        'h264_vaapi',
        '-profile:v',
        'high',
        '-rc_mode',
        'VBR',
        '-b:v',
        String(Math.round(0.7 * target.maxBitRate)),
        ...rate(target),
      ],
      ...['-g', String(target.segmentFrames), '-idr_interval', '0'],
    ],
  },
  x264,
  {
    ...onCores,
    ...{ name: 'libsvtav1', codec: 'av1' },
    options: ({ segmentFrames, threads, maxBitRate }) => [
      ...['-c:v', 'libsvtav1', '-preset', '9', '-crf', '38', '-g', String(segmentFrames)],
      ...['-svtav1-params', `lp=${threads}:scd=0:mbr=${Math.max(1, Math.round(maxBitRate / 1_000))}`],
    ],
  },
];

export const isHardware = ({ device }: VideoEncoder): boolean => device !== null;

/** Address space of ffmpeg, in bytes: drivers of graphics processors reserve far more than they use, SVT-AV1 some more. */
export const memoryBytesFor = (encoder: VideoEncoder): number => (isHardware(encoder) ? 64 : encoder.codec === 'av1' ? 8 : 4) * 2 ** 30;
