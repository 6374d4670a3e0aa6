/** What the audio service can be asked. Whose track it is comes from the call context, never from a request. */
import * as z from 'zod';
import { camelotCodes, keys, modes } from './camelot.ts';
import type { FailureTable } from './failure-table.ts';
import { jobKind } from './job-kind.ts';
import { list, range } from './list.ts';
import { mediaIntake, namesItsId, sha256 } from './media-intake.ts';
import { createFailures, ifRevision, ownerChanges, resource, resourceStates, rounded, updateFailures } from './resource.ts';
import { rpc, type Unchanging } from './rpc.ts';
import { faultOfCorrections, newCorrections, trackCorrections } from './track-corrections.ts';
import { unfinishedFailures } from './unfinished.ts';
import { decimalInteger, integer, label } from './values.ts';

export const audioFailures = {
  'track-not-found': {
    status: 404,
    title: 'Track not found',
    page: 'Your account has no such track. It may have been deleted, or belong to another account.',
  },
  ...unfinishedFailures('analysis', 'The analysis'),
  'media-empty': {
    status: 422,
    title: 'The file is empty',
    page: 'The file has no bytes. The client may have read it before it was written.',
  },
  'media-not-audio': {
    status: 422,
    title: 'The file is not audio in a supported format',
    page: 'The file is not in a supported audio format; its name and declared type are not considered. The detail names the detected format and the supported ones. Playlists are refused with this code or with `media-unsafe`.',
  },
  'media-without-sound': {
    status: 422,
    title: 'The file has no audio stream',
    page: 'The file is a valid video or container without an audio track.',
  },
  'media-truncated': {
    status: 422,
    title: 'The file ends before its container says it does',
    page: 'The file is shorter than its header declares: an upload or a recording was cut off. Send the complete file. A track is refused for it only where no sound can be read from the rest, or where you asked for it with `strict`; else it has the warning `truncated`.',
  },
  'media-unsafe': {
    status: 422,
    title: 'The file refers to other files or addresses',
    page: 'The file refers to other files or URLs (a playlist, a concatenation list, an external reference). Only the bytes of the upload itself are opened.',
  },
  'media-too-long': {
    status: 422,
    title: 'The file is longer than allowed',
    page: 'The recording is longer than this installation accepts. Shorten it, or ask the operator to raise the limit.',
  },
  'media-undecodable': {
    status: 422,
    title: 'The file cannot be decoded',
    page: 'The file has an audio format, but its audio cannot be decoded: it is damaged, encrypted, uses an unsupported codec, or consists of so many tiny parts (pages, boxes, chunks, elements) that it is not a recording.',
  },
} as const satisfies FailureTable;

export const cueTypes = ['intro-end', 'build', 'drop', 'breakdown', 'outro-start'] as const;

/** What is doubtful about a file that is taken all the same. */
export const trackWarnings = ['truncated'] as const;
export type TrackWarning = (typeof trackWarnings)[number];
const warnings = z.array(z.enum(trackWarnings)).meta({
  description: 'What is doubtful about the file, though it is taken. `truncated`: it ends before its container says it does.',
  examples: [['truncated']],
});

const confidence = rounded(2, z.number().min(0).max(1));
const bpm = rounded(2, z.number().positive());
const timeSeconds = rounded(3, z.number().nonnegative());
const loudnessLufs = rounded(2)
  .nullable()
  .meta({
    description: 'Integrated loudness, ITU-R BS.1770-4; null for silence.',
    examples: [-14.2],
  });
const steadyBpm = bpm.nullable().meta({ description: 'Beats per minute; null where there is no steady beat.', examples: [121.98] });
const key = z
  .enum(keys)
  .nullable()
  .meta({ examples: ['F#'] });
const mode = z
  .enum(modes)
  .nullable()
  .meta({ examples: ['minor'] });

export const trackAnalysis = z
  .object({
    bpm: steadyBpm,
    confidence,
    candidates: z.array(z.object({ bpm, confidence })).max(8).meta({ description: 'The next best tempi.' }),
    beats: z.array(timeSeconds).meta({ description: 'Beat times, in seconds.' }),
    key,
    mode,
    keyConfidence: confidence,
    loudnessLufs,
    loudnessRangeLu: rounded(2, z.number().nonnegative()).nullable().meta({ description: 'Loudness range, EBU Tech 3342.' }),
    truePeakDbtp: rounded(2).nullable().meta({ description: 'True peak, ITU-R BS.1770-4 annex 2; null for silence.' }),
    cues: z.array(z.object({ timeSeconds, type: z.enum(cueTypes), confidence })),
    durationSeconds: timeSeconds.meta({ description: 'Counted from the decoded samples, whatever the header says.' }),
    sampleRateHz: z.number().int().positive(),
    channels: z.number().int().positive(),
    warnings,
    cpuSeconds: timeSeconds.meta({ description: 'CPU time of this analysis.' }),
    analyzedAt: z.iso.datetime(),
  })
  .meta({ id: 'TrackAnalysis' });
export type TrackAnalysis = Unchanging<z.output<typeof trackAnalysis>>;

export const track = resource('track', {
  fileName: z.string().max(255),
  contentType: z.string().max(128).meta({ description: 'What the bytes are, not what the client said.' }),
  sizeBytes: z.number().int().positive(),
  sha256,
  codec: z.string().max(64),
  durationSeconds: timeSeconds.nullable().meta({ description: 'Null while neither the file nor the analysis tells it.' }),
  sampleRateHz: z.number().int().positive(),
  channels: z.number().int().positive(),
  bpm: steadyBpm,
  key,
  mode,
  camelot: z
    .enum(camelotCodes)
    .nullable()
    .meta({ description: 'The key as DJs write it; null without a key.', examples: ['11A'] }),
  loudnessLufs,
  artists: z
    .array(z.string())
    .max(32)
    .meta({ description: 'Everybody whom the tags of the file name as an artist.', examples: [['Björk', 'Evelyn Glennie']] }),
  fileTags: z.record(z.string(), z.string()).meta({ description: 'The tags found in the file.', examples: [{ artist: 'Björk' }] }),
  warnings,
  corrections: trackCorrections
    .nullable()
    .meta({ description: 'What you have corrected: `bpm`, `key` and `mode` above follow it. Null: nothing.' }),
  analysis: trackAnalysis.nullable().meta({ description: 'The whole analysis; null until the track is ready.' }),
}).meta({ id: 'Track' });
export type Track = Unchanging<z.output<typeof track>>;

const trackId = z.strictObject({ trackId: z.uuid() });

export const mediaFailures = [
  'media-empty',
  'media-not-audio',
  'media-without-sound',
  'media-truncated',
  'media-unsafe',
  'media-too-long',
  'media-undecodable',
] as const;

export const strictFlag = z.boolean().meta({
  description:
    'Of a track: refuse a file that ends before its container says it does (`media-truncated`). Unless true it is taken with the warning `truncated`.',
  examples: [true],
});

/** Takes a stored blob in as the caller's track and queues its analysis; bytes that were analysed before come back ready. */
export const createTrack = rpc({
  subject: 'audio.track.create.v1',
  request: mediaIntake.extend({ strict: strictFlag.optional() }),
  reply: track,
  failures: ['file-lost', ...createFailures, ...mediaFailures],
  deadlineMs: 20_000,
  repeatable: namesItsId,
});

export const getTrack = rpc({
  subject: 'audio.track.get.v1',
  request: trackId,
  reply: track,
  failures: ['track-not-found'],
  deadlineMs: 5_000,
});

/** What `listTracks` filters, sorts, searches and leaves out; the store declares the columns for it. */
export const trackList = list({
  item: track,
  filters: {
    ...range('bpm', 'Beats per minute'),
    bpmOctaves: z
      .boolean()
      .optional()
      .meta({
        description: 'With `true`, `bpmMin` and `bpmMax` also let tracks through at half and at double this tempo.',
        examples: [true],
      }),
    ...range('durationSeconds', 'Duration in seconds'),
    ...range('loudnessLufs', 'Integrated loudness in LUFS'),
    key: z.enum(keys).optional().meta({ description: 'Only tracks in this key.' }),
    mode: z.enum(modes).optional().meta({ description: 'Only tracks in this mode.' }),
    harmonicWith: z
      .enum(camelotCodes)
      .optional()
      .meta({ description: 'Only tracks that mix with this Camelot code: the same number, one number up or down.' }),
    codec: label({ max: 64 }).optional().meta({ description: 'Only tracks with this codec, e.g. `flac`.' }),
    state: z.enum(resourceStates).optional().meta({ description: 'Only tracks in this state.' }),
  },
  sorts: ['createdAt', 'title', 'durationSeconds', 'bpm'],
  searches: 'title, artist, album and file name',
  fields: ['analysis', 'corrections', 'fileTags'],
});

export const listTracks = rpc({ subject: 'audio.track.list.v1', ...trackList, failures: [], deadlineMs: 5_000 });

export const updateTrack = rpc({
  subject: 'audio.track.update.v1',
  request: z.strictObject({ trackId: z.uuid(), ...ifRevision, ...ownerChanges }),
  reply: track,
  failures: ['track-not-found', ...updateFailures],
  deadlineMs: 5_000,
});

/** Replaces all corrections; the analysis stays. */
export const updateTrackCorrections = rpc({
  subject: 'audio.track-corrections.update.v1',
  request: z.strictObject({ trackId: z.uuid(), ...ifRevision, ...newCorrections }).superRefine((request, context) => {
    const fault = faultOfCorrections(request);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  }),
  reply: track,
  failures: ['track-not-found', 'precondition-failed'],
  deadlineMs: 5_000,
});

export const deleteTrack = rpc({
  subject: 'audio.track.delete.v1',
  request: z.strictObject({ trackId: z.uuid(), ...ifRevision }),
  reply: z.object({ deleted: z.literal(true) }),
  failures: ['track-not-found', 'precondition-failed'],
  deadlineMs: 5_000,
});

export const getAnalysis = rpc({
  subject: 'audio.analysis.get.v1',
  request: trackId,
  reply: trackAnalysis,
  failures: ['track-not-found', 'analysis-not-ready', 'analysis-failed'],
  deadlineMs: 5_000,
});

/** Where the bytes of a track are, for whoever streams them. */
export const locateTrackFile = rpc({
  subject: 'audio.file.locate.v1',
  request: trackId,
  reply: z.object({ sha256, sizeBytes: z.number().int().positive(), contentType: z.string(), fileName: z.string() }),
  failures: ['track-not-found'],
  deadlineMs: 5_000,
});

/** Measures a recording. Its result is kept with the recording, not with the job: whoever sends the same bytes finds it. */
export const analyzeRecording = jobKind({
  name: 'audio.recording.analyze',
  input: z.strictObject({ sha256 }),
  output: z.strictObject({ sha256 }),
  phases: ['waiting', 'analyzing'],
  maxAttempts: 4,
  timeoutMs: 20 * 60_000,
  resources: { cores: 1, memoryBytes: 300 * 1024 * 1024 },
});

const hexColour = z.string().regex(/^#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?$/);

/** Peaks in the shape of audiowaveform's JSON, version 2: pairs of minimum and maximum, 8 bit. */
export const waveformJson = z
  .object({
    version: z.literal(2),
    channels: z.literal(1),
    sample_rate: z.number().int().positive(),
    samples_per_pixel: z.number().int().positive(),
    bits: z.literal(8),
    length: z.number().int().nonnegative(),
    data: z.array(z.number().int().min(-128).max(127)),
  })
  .meta({ id: 'WaveformJson' });

export const waveformMarks = ['beats', 'cues', 'time'] as const;

export const waveformPictureOptions = z.strictObject({
  widthPx: decimalInteger({ min: 16, max: 4_000 }).default(1_200),
  heightPx: decimalInteger({ min: 16, max: 1_000 }).default(240),
  foreground: hexColour.default('#2f6f8f'),
  background: hexColour.default('#00000000'),
  marks: z
    .array(z.enum(waveformMarks))
    .max(3)
    .optional()
    .meta({
      description: 'Lines at the beats (yours where you have corrected them) and the cues, and an axis of time.',
      examples: [['beats', 'cues']],
    }),
});

export const getWaveform = rpc({
  subject: 'audio.waveform.get.v1',
  request: z.strictObject({ trackId: z.uuid(), widthPx: integer({ min: 16, max: 4_096 }).default(1_200) }),
  reply: waveformJson,
  failures: ['track-not-found', 'analysis-not-ready', 'analysis-failed'],
  deadlineMs: 5_000,
});

/** A picture is small (bounded by its options), so it rides inline rather than through the blob store. */
export const drawWaveform = rpc({
  subject: 'audio.waveform.draw.v1',
  request: z.strictObject({ trackId: z.uuid(), format: z.enum(['svg', 'png']), ...waveformPictureOptions.shape }),
  reply: z.object({ contentType: z.string(), base64: z.string().max(900_000) }),
  failures: ['track-not-found', 'analysis-not-ready', 'analysis-failed'],
  deadlineMs: 5_000,
});
