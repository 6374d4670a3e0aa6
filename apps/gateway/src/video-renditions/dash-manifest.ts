/** The DASH manifest of a video, rendered from values; its segments are those of HLS. @see ISO/IEC 23009-1 (isoff-live profile) */
import type { VideoSegments, VideoStreams } from '#contracts';
import { captionSets, escaped } from './caption-tracks.ts';
import type { PlayedCaptions, TrackAddress } from './playlists.ts';

type Picture = VideoStreams['pictures'][number];
type Sound = NonNullable<VideoStreams['sound']>;

/** A track with its segments; all of it is encoded. */
export interface DashTrack<Track extends Picture | Sound> {
  readonly track: Track;
  readonly segments: VideoSegments;
}

export interface DashStreams {
  /** Highest first. */
  readonly pictures: readonly DashTrack<Picture>[];
  readonly sound: DashTrack<Sound> | null;
  /** With the address of the text of each. */
  readonly texts?: PlayedCaptions;
}

/** Ticks a second of all timelines. */
const timescale = 1_000_000;

/** @param folderOf address of the folder of a track, with a slash at its end */
export function dashManifest({ pictures, sound, texts }: DashStreams, folderOf: (track: TrackAddress) => string): string {
  const tracks = [...pictures, ...(sound ? [sound] : [])];
  const seconds = Math.max(...tracks.map(({ segments }) => sumOf(segments.segmentDurationsSeconds)));
  const longest = Math.max(...tracks.map(({ segments }) => segments.targetDurationSeconds));
  return lines(
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-live:2011" type="static" mediaPresentationDuration="PT${seconds.toFixed(3)}S" minBufferTime="PT${longest}S">`,
    '<Period id="0" start="PT0S">',
    ...familiesOf(pictures).flatMap((family) =>
      adaptationSet(
        'video',
        family.map((picture) => pictureOf(picture, folderOf)),
      ),
    ),
    ...(sound ? adaptationSet('audio', [soundOf(sound, folderOf)]) : []),
    ...(texts ? captionSets(texts.captions, texts.addressOf) : []),
    '</Period>',
    '</MPD>',
  );
}

/** Players switch within a set: each codec has its own. */
const familiesOf = (pictures: DashStreams['pictures']): DashTrack<Picture>[][] => [
  ...Map.groupBy(pictures, ({ track }) => track.codec.split('.')[0]).values(),
];

const adaptationSet = (kind: 'video' | 'audio', representations: readonly string[]): string[] => [
  `<AdaptationSet contentType="${kind}" mimeType="${kind}/mp4" segmentAlignment="true" startWithSAP="1">`,
  ...representations,
  '</AdaptationSet>',
];

function pictureOf({ track, segments }: DashTrack<Picture>, folderOf: (track: TrackAddress) => string): string {
  const { renditionId, widthPx, heightPx, frameRate } = track;
  const attributes = `width="${widthPx}" height="${heightPx}" frameRate="${fractionOf(frameRate)}"`;
  return representation(track, attributes, segments, folderOf({ renditionId, track: 'video' }), 'v');
}

function soundOf({ track, segments }: DashTrack<Sound>, folderOf: (track: TrackAddress) => string): string {
  return representation(track, 'audioSamplingRate="48000"', segments, folderOf({ renditionId: track.renditionId, track: 'audio' }), 'a');
}

const representation = (track: Picture | Sound, attributes: string, segments: VideoSegments, folder: string, prefix: string): string =>
  [
    `<Representation id="${prefix}-${track.renditionId}" codecs="${track.codec}" bandwidth="${track.peakBitRate}" ${attributes}>`,
    `<BaseURL>${escaped(folder)}</BaseURL>`,
    `<SegmentTemplate timescale="${timescale}" initialization="init.mp4" media="$Number$.m4s" startNumber="0">`,
    `<SegmentTimeline>${timeline(segments.segmentDurationsSeconds)}</SegmentTimeline>`,
    '</SegmentTemplate>',
    '</Representation>',
  ].join('\n');

/** Boundaries are rounded, not durations, so that errors do not add up; equal durations in a row are one entry. */
function timeline(durationsSeconds: readonly number[]): string {
  const entries: { d: number; r: number }[] = [];
  let seconds = 0;
  let ticks = 0;
  for (const duration of durationsSeconds) {
    seconds += duration;
    const end = Math.round(seconds * timescale);
    const last = entries.at(-1);
    if (last?.d === end - ticks) last.r++;
    else entries.push({ d: end - ticks, r: 0 });
    ticks = end;
  }
  return entries.map(({ d, r }, index) => `<S${index === 0 ? ' t="0"' : ''} d="${d}"${r > 0 ? ` r="${r}"` : ''}/>`).join('');
}

/** `25`, or a fraction over 1001, as 29.97 is. */
const fractionOf = (rate: number): string => (Number.isInteger(rate) ? String(rate) : `${Math.round(rate * 1_001)}/1001`);

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const lines = (...all: readonly string[]) => `${all.join('\n')}\n`;
