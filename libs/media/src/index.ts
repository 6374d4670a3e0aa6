/** Files of sound and pictures from strangers: recognising them, checking that they are whole, and calling ffmpeg and ffprobe on them safely. */
export { audioCodecs, audioDecoders, audioDemuxers, pictureCodecs, videoCodecs, videoDecoders, videoDemuxers } from './allow-lists.ts';
export { type Container, containers, demuxerOf } from './detect-container.ts';
export { type FfmpegTools, ffmpegTools, type SafeInput, safeInputArgs, safeProbeArgs } from './ffmpeg.ts';
export { type FilterValue, filter, filterChain } from './ffmpeg-filter.ts';
export { type Probed, type ProbedStream, type ProbeOptions, probe } from './ffprobe.ts';
export { ParsingBudget, type ParsingUnit, parsingLimits } from './parsing-budget.ts';
export { ProgramCheck, type ProgramCheckOptions } from './program-check.ts';
export { type RandomAccess, withFile } from './random-access.ts';
export { type Declared, recognizeContainer } from './recognize-container.ts';
export { cleanTags, type TagName, type Tags } from './tags.ts';
