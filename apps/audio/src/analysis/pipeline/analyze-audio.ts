import { Failure } from '#contracts';
import { type AnalysisProfile, type MusicAnalysis, MusicAnalyzer } from '../music/music-analyzer.ts';
import type { WaveformPeaks } from '../waveform/peaks.ts';
import { type DecodeSinks, decodeSound } from './decode.ts';
import { MusicExtractor, NativeExtractor, type NativeFeatures } from './feature-extractors.ts';

export interface AnalyzeOptions {
  /** `tempo`: tempo and beats only, without level, waveform, native rate and channels, as cheaply as possible. */
  readonly profile: AnalysisProfile;
  readonly ffmpegPath: string;
  readonly signal?: AbortSignal;
  /** From start to kill; default 15 minutes, enough for a day of sound. */
  readonly timeoutMs?: number;
  /** The demuxers that may open the file, once its kind is known; default: all that we accept. */
  readonly demuxers?: readonly string[];
  /** CPU time that ffmpeg may use beyond its share of what it has decoded; default 20 s. */
  readonly decoderCpuSeconds?: number;
  /** The longest recording that is analysed; default 24 hours. What the file claims does not count. */
  readonly maxSeconds?: number;
  /** How long the file claims to be; without it no progress is told but the end. */
  readonly expectedSeconds?: number;
  /** Called with a fraction in [0, 1] that never falls, at most a hundred times. */
  readonly onProgress?: (fraction: number) => void;
}

/** Plain values, ready to cross a thread. What the `tempo` profile does not look at is null. */
export interface AudioAnalysis extends MusicAnalysis {
  /** Counted from the decoded samples, whatever the file claims. */
  readonly durationSeconds: number;
  readonly sampleRateHz: number | null;
  readonly channels: number | null;
  readonly loudnessLufs: number | null;
  readonly loudnessRangeLu: number | null;
  readonly truePeakDbtp: number | null;
  readonly waveform: WaveformPeaks | null;
  /** User and system time of the ffmpeg process; this thread's own time is the caller's to measure. */
  readonly decoderCpuSeconds: number;
}

const notMeasured = {
  sampleRateHz: null,
  channels: null,
  loudnessLufs: null,
  loudnessRangeLu: null,
  truePeakDbtp: null,
  waveform: null,
};

/**
 * Decodes a recording once and measures it while it streams past; memory does not grow with the sound (a few MB an hour for the tempo).
 *
 * @param path absolute path of the file; nothing else is opened
 * @throws Failure `media-undecodable` (a ToolFailure with ffmpeg's last lines when it gave up), `media-too-long`, `cancelled`, `deadline-exceeded`
 */
export async function analyzeAudio(path: string, options: AnalyzeOptions): Promise<AudioAnalysis> {
  const music = new MusicExtractor(options.profile);
  const native = options.profile === 'full' ? new NativeExtractor() : null;
  const watch = watcher(music, options);
  const sinks: DecodeSinks = {
    ...(native && { native: (bytes: Buffer) => native.push(bytes) }),
    mono: (bytes) => {
      music.push(bytes);
      watch();
    },
    monoRateHz: MusicAnalyzer.sampleRateHz,
  };
  const { cpuSeconds } = await decodeSound(path, sinks, { ...options, timeoutMs: options.timeoutMs ?? 15 * 60_000 });
  const analysis = conclude(music, native, cpuSeconds);
  options.onProgress?.(1);
  return analysis;
}

function conclude(music: MusicExtractor, native: NativeExtractor | null, decoderCpuSeconds: number): AudioAnalysis {
  const sound: NativeFeatures | null = native?.finish() ?? null;
  if (music.secondsReceived === 0 || (native && !sound))
    throw new Failure('media-undecodable', 'No sound could be decoded from this file.');
  return { durationSeconds: music.secondsReceived, ...notMeasured, ...sound, ...music.finish(), decoderCpuSeconds };
}

/** Called after every chunk: reports progress in whole percents and stops recordings that are too long. */
function watcher(music: MusicExtractor, { onProgress, expectedSeconds = 0, maxSeconds = 24 * 3600 }: AnalyzeOptions): () => void {
  let told = 0;
  return () => {
    if (music.secondsReceived > maxSeconds) throw new Failure('media-too-long', `The recording is longer than ${maxSeconds} seconds.`);
    const percent = Math.min(99, Math.floor((100 * music.secondsReceived) / expectedSeconds));
    if (!(percent > told)) return;
    told = percent;
    onProgress?.(percent / 100);
  };
}
