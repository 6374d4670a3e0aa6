/** The presets of renditions, and which of them are possible for a video. A preset never changes: what is encoded otherwise gets another version. */
import { type VideoPreset, videoPresetVersions } from '#contracts';

export interface Preset {
  readonly version: number;
  /** Null: sound alone. */
  readonly shortSidePx: number | null;
}

export const presets: Readonly<Record<VideoPreset, Preset>> = {
  'web-1080p': { version: videoPresetVersions['web-1080p'], shortSidePx: 1_080 },
  'web-720p': { version: videoPresetVersions['web-720p'], shortSidePx: 720 },
  'web-480p': { version: videoPresetVersions['web-480p'], shortSidePx: 480 },
  'web-360p': { version: videoPresetVersions['web-360p'], shortSidePx: 360 },
  'web-240p': { version: videoPresetVersions['web-240p'], shortSidePx: 240 },
  'audio-only': { version: videoPresetVersions['audio-only'], shortSidePx: null },
};

/** The preset of the sound, which all rungs share. */
export const soundPreset = 'audio-only' satisfies VideoPreset;

export interface PresetSource {
  readonly displayWidthPx: number;
  readonly displayHeightPx: number;
  readonly hasAudio: boolean;
}

/** A source that is larger than the preset below by more than this gets the preset above too, at its own size. */
const ownSizeFrom = 1.2;

/**
 * Nothing is enlarged: a preset is possible up to the short side of the source. A source between two presets has the upper one at its own size; one
 * below the lowest preset has the lowest.
 */
export function possiblePresets({ displayWidthPx, displayHeightPx, hasAudio }: PresetSource): VideoPreset[] {
  const side = Math.min(displayWidthPx, displayHeightPx);
  const rungs = Object.entries(presets)
    .flatMap(([name, { shortSidePx }]) => (shortSidePx === null ? [] : [{ name: name as VideoPreset, shortSidePx }]))
    .sort((a, b) => a.shortSidePx - b.shortSidePx);
  const fitting = rungs.filter(({ shortSidePx }) => shortSidePx <= side);
  const below = fitting.at(-1)?.shortSidePx ?? 0;
  const above = rungs[fitting.length];
  const names = [...fitting, ...(above && side > below * ownSizeFrom ? [above] : [])].map(({ name }) => name).reverse();
  return hasAudio ? [...names, soundPreset] : names;
}
