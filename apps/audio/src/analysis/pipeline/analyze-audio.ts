import { Failure } from '#contracts/plain';
import { type AnalysisProfile, type MusicAnalysis, MusicAnalyzer } from '../music/music-analyzer.ts';
import type { WaveformPeaks } from '../waveform/peaks.ts';
import { type DecodeOptions, type DecodeSinks, decodeSound } from './decode.ts';
import { MusicExtractor, NativeExtractor, type NativeFeatures } from './feature-extractors.ts';

export interface AnalyzeOptions {
  /** `tempo`: tempo and beats only, without loudness, waveform, native rate and channels. */
  readonly profile: AnalysisProfile;
  readonly ffmpegPath: string;
  readonly signal?: AbortSignal;
  /** Wall-clock limit of ffmpeg; default 15 minutes, enough for 24 hours of audio. */
  readonly timeoutMs?: number;
  /** Demuxers allowed to open the file, once its format is known; default: all accepted ones. */
  readonly demuxers?: readonly string[];
  /** Base CPU time of ffmpeg, on top of the time granted per decoded second; default 20 s. */
  readonly decoderCpuSeconds?: number;
  /** Maximum decoded duration; default 24 hours. The duration in the header is not used. */
  readonly maxSeconds?: number;
  /** Duration according to the file's header; without it only the end is reported. */
  readonly expectedSeconds?: number;
  /** Called with a non-decreasing fraction in [0, 1], at most a hundred times. */
  readonly onProgress?: (fraction: number) => void;
}

/** Plain values that can be sent to another thread. Values that the `tempo` profile does not measure are null. */
export interface AudioAnalysis extends MusicAnalysis {
  /** Counted from the decoded samples, not read from the header. */
  readonly durationSeconds: number;
  readonly sampleRateHz: number | null;
  readonly channels: number | null;
  readonly loudnessLufs: number | null;
  readonly loudnessRangeLu: number | null;
  readonly truePeakDbtp: number | null;
  readonly waveform: WaveformPeaks | null;
  /** As `TimbreExtractor` measures it; null for silence. */
  readonly timbre: readonly number[] | null;
  /** User and system time of the ffmpeg process, without this thread. */
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
 * Decodes and analyses a recording in one streaming pass; memory grows by a few MB per hour of audio (tempo features).
 *
 * @param path absolute path of the file; no other file is opened
 * @throws Failure `media-undecodable` (a ToolFailure with ffmpeg's last lines when decoding fails), `media-too-long`, `cancelled`, `deadline-exceeded`
 */
export async function analyzeAudio(path: string, options: AnalyzeOptions): Promise<AudioAnalysis> {
  const music = new MusicExtractor(options.profile);
  const native = options.profile === 'full' ? new NativeExtractor() : null;
  const monitor = progressMonitor(music, options);
  const sinks: DecodeSinks = {
    ...(native && { native: (bytes: Buffer) => native.push(bytes) }),
    mono: (bytes) => {
      music.push(bytes);
      monitor();
    },
    monoRateHz: MusicAnalyzer.sampleRateHz,
  };
  const limits = { ...options, timeoutMs: options.timeoutMs ?? 15 * 60_000 };
  const { cpuSeconds } = await decodeSound(path, sinks, limits);
  const sound = native?.finish() ?? null;
  const difference = sound && isCancelled(music, sound) ? await decodeDifference(path, limits) : undefined;
  const heard = difference && difference.music.power > music.power ? difference.music : music;
  const analysis = combineResults(heard, sound, options.profile, cpuSeconds + (difference?.cpuSeconds ?? 0));
  options.onProgress?.(1);
  return analysis;
}

/** Mean of the channels against the power of each: below this they cancel each other out, and the mean says little. */
const cancelledShare = 0.01;
const fullScale = 32_767;

/** Whether the two channels are in opposite phase. */
function isCancelled(music: MusicExtractor, { channels, waveform: { rms } }: NativeFeatures): boolean {
  if (channels !== 2) return false;
  const power = rms.reduce((sum, value) => sum + (value / fullScale) ** 2, 0) / Math.max(1, rms.length);
  return power > 0 && music.power < cancelledShare * power;
}

async function decodeDifference(path: string, options: DecodeOptions & AnalyzeOptions) {
  const music = new MusicExtractor(options.profile);
  const sinks = { mono: (bytes: Buffer) => music.push(bytes), monoRateHz: MusicAnalyzer.sampleRateHz, monoMix: 'difference' } as const;
  return { music, ...(await decodeSound(path, sinks, options)) };
}

function combineResults(
  music: MusicExtractor,
  sound: NativeFeatures | null,
  profile: AnalysisProfile,
  decoderCpuSeconds: number,
): AudioAnalysis {
  if (music.secondsReceived === 0 || (profile === 'full' && !sound))
    throw new Failure('media-undecodable', 'No audio could be decoded from this file.');
  return { durationSeconds: music.secondsReceived, ...notMeasured, ...sound, ...music.finish(), decoderCpuSeconds };
}

/** Called after every chunk: reports progress in whole percents and rejects recordings that are too long. */
function progressMonitor(music: MusicExtractor, { onProgress, expectedSeconds = 0, maxSeconds = 24 * 3600 }: AnalyzeOptions): () => void {
  let reportedPercent = 0;
  return () => {
    if (music.secondsReceived > maxSeconds) throw new Failure('media-too-long', `The recording is longer than ${maxSeconds} seconds.`);
    if (expectedSeconds <= 0) return;
    const percent = Math.min(99, Math.floor((100 * music.secondsReceived) / expectedSeconds));
    if (!(percent > reportedPercent)) return;
    reportedPercent = percent;
    onProgress?.(percent / 100);
  };
}
