/** The presets of renditions, and which of them are possible for a video. A preset never changes: what is encoded otherwise gets another version. */
import { type VideoPreset, videoPresets, videoPresetVersions } from '#contracts';
import type { VideoCodecName } from '../encoders/video-encoders.ts';

export interface Preset {
  readonly version: number;
  /** Null: sound alone. */
  readonly shortSidePx: number | null;
  /** Null: sound alone. */
  readonly codec: VideoCodecName | null;
}

const presetOf = (name: VideoPreset): Preset => {
  const side = /^web-(\d+)p/.exec(name)?.[1];
  const picture = side === undefined ? { shortSidePx: null, codec: null } : { shortSidePx: Number(side), codec: codecNamed(name) };
  return { version: videoPresetVersions[name], ...picture };
};
const codecNamed = (name: string): VideoCodecName => (name.endsWith('-av1') ? 'av1' : 'h264');

/** By name, which says it all: `web-SHORTSIDEp`, `web-SHORTSIDEp-av1`, `audio-only`. */
export const presets = Object.fromEntries(videoPresets.map((name) => [name, presetOf(name)])) as Readonly<Record<VideoPreset, Preset>>;

/** The preset of the sound, which all rungs share. */
export const soundPreset = 'audio-only' satisfies VideoPreset;

export interface PresetSource {
  readonly displayWidthPx: number;
  readonly displayHeightPx: number;
  readonly hasAudio: boolean;
  /** What can be encoded here. */
  readonly codecs: readonly VideoCodecName[];
}

/** A source that is larger than the preset below by more than this gets the preset above too, at its own size. */
const ownSizeFrom = 1.2;

/**
 * Nothing is enlarged: a preset is possible up to the short side of the source. A source between two presets has the upper one at its own size; one
 * below the lowest preset of H.264 has the lowest. Highest first, H.264 before AV1, the sound last.
 */
export function possiblePresets({ displayWidthPx, displayHeightPx, hasAudio, codecs }: PresetSource): VideoPreset[] {
  const side = Math.min(displayWidthPx, displayHeightPx);
  const pictures = (['h264', 'av1'] as const).filter((codec) => codecs.includes(codec)).flatMap((codec) => rungsFor(side, codec));
  return hasAudio ? [...pictures, soundPreset] : pictures;
}

function rungsFor(side: number, codec: VideoCodecName): VideoPreset[] {
  const rungs = videoPresets
    .map((name) => ({ name, shortSidePx: presets[name].shortSidePx ?? 0 }))
    .filter(({ name }) => presets[name].codec === codec)
    .sort((a, b) => a.shortSidePx - b.shortSidePx);
  const fitting = rungs.filter(({ shortSidePx }) => shortSidePx <= side);
  const below = fitting.at(-1)?.shortSidePx ?? 0;
  const above = rungs[fitting.length];
  const hasOwnSize = above && side > below * ownSizeFrom && (codec === 'h264' || below > 0);
  return [...fitting, ...(hasOwnSize ? [above] : [])].map(({ name }) => name).reverse();
}
