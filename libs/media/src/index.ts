/** Untrusted audio and video files: format recognition, truncation checks, tags, and safe calls of ffmpeg and ffprobe. */
export { audioCodecs, audioDecoders, audioDemuxers, pictureCodecs, videoCodecs, videoDecoders, videoDemuxers } from './allow-lists.ts';
export {
  averageBitRate,
  durationOf,
  type MeasuredSegment,
  peakBitRate,
  sizeOf,
  targetDurationSeconds,
} from './cmaf/bit-rates.ts';
export { codecOf } from './cmaf/codec-string.ts';
export { type CutOptions, cutSegments, type EncodedSegment, type SegmentSink, type SegmentStart } from './cmaf/cut-segments.ts';
export { timescaleOf, timingOf } from './cmaf/fragment-timing.ts';
export { type Fragment, fragmentsOf } from './cmaf/fragments.ts';
export { soundMp4 } from './cmaf/sound-mp4.ts';
export { type Container, containers, demuxerOf } from './detect-container.ts';
export { type FfmpegTools, ffmpegTools, type SafeInput, safeInputArgs, safeProbeArgs } from './ffmpeg.ts';
export { type FilterValue, type Fraction, filter, filterChain, ratio, selectEvery } from './ffmpeg-filter.ts';
export { type Probed, type ProbedDetails, type ProbedStream, type ProbeOptions, probe, probeDetails } from './ffprobe.ts';
export { findEncoders, findMuxers } from './find-encoders.ts';
export { readMatroska } from './matroska-header/read-matroska.ts';
export { readMp4 } from './movie-header/read-mp4.ts';
export { ParsingBudget, type ParsingUnit, parsingLimits } from './parsing-budget.ts';
export { ProgramCheck, type ProgramCheckOptions, type RequiredPrograms, withPrograms } from './program-check.ts';
export { type RandomAccess, withFile } from './random-access.ts';
export { type Declared, type RecognizedContainer, recognizeContainer, truncated } from './recognize-container.ts';
export { type RecognizedVideo, recognizeVideo, type VideoContainer } from './recognize-video.ts';
export {
  type Captured,
  type Consumer,
  captureFfmpeg,
  type Decoded,
  decodeFfmpeg,
  encodeFfmpeg,
  type FfmpegRun,
  ffmpegArguments,
  measureFfmpeg,
  outputPipe,
  streamFfmpeg,
} from './run-ffmpeg.ts';
export type { TagName, Tags } from './tags/clean-tags.ts';
export { mayMisreadTags, type ReadTagsOptions, readTags } from './tags/read-tags.ts';
