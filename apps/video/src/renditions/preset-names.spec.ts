import { describe, expect, it } from '@jest/globals';
import { createVideoRendition, namedPreset, presetId, videoPresets } from '#contracts';
import { presets } from './presets.ts';

const isTaken = (preset: string) =>
  createVideoRendition.request.safeParse({ videoId: '0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10', preset }).success;

describe('a preset', () => {
  it.each(videoPresets)('%s is asked for by its name, and by its name and version', (name) => {
    const whole = presetId(name, presets[name].version);
    expect([name, whole].map(isTaken)).toEqual([true, true]);
    expect(namedPreset(name)).toEqual({ name, version: undefined });
    expect(namedPreset(whole as typeof name)).toEqual({ name, version: presets[name].version });
  });
  it.each(['web-720p@2', 'web-720p@', 'web-4k', 'web-4k@1'])('that does not exist is refused: %s', (name) =>
    expect(isTaken(name)).toBe(false),
  );
});
