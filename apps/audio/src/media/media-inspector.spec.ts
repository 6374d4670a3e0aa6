import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Dependencies, Lifecycle } from '#platform';
import { encodeWav, mediaTools } from '#testing';
import type { MediaConfig } from './media.config.ts';
import { MediaInspector } from './media-inspector.service.ts';
import { MediaPrograms } from './media-programs.service.ts';

let folder: string;
let dependencies: Dependencies;
const at = (name: string) => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inspector-'));
  dependencies = new Dependencies();
  writeFileSync(at('tone.wav'), encodeWav([new Float32Array(8_000).fill(0.1)], 8_000));
});
afterEach(() => rmSync(folder, { recursive: true }));

function inspector(): MediaInspector {
  const config = { FFMPEG_PATH: at('ffmpeg'), AUDIO_MAX_DURATION_SECONDS: 60 } as MediaConfig;
  return new MediaInspector(config, new MediaPrograms(config, dependencies, new Lifecycle()));
}

function install(name: 'ffmpeg' | 'ffprobe'): void {
  const real = name === 'ffmpeg' ? mediaTools.ffmpegPath : mediaTools.ffprobePath;
  writeFileSync(at(name), `#!/bin/sh\nexec ${real} "$@"\n`);
  chmodSync(at(name), 0o755);
}

const unavailable = { code: 'service-unavailable', message: expect.stringContaining('not usable on this server') };

describe('MediaInspector', () => {
  it('is not ready and refuses uploads as unavailable while ffmpeg is missing', async () => {
    const media = inspector();
    await expect(media.inspect(at('tone.wav'))).rejects.toMatchObject(unavailable);
    expect(await dependencies.check()).toMatchObject([
      { name: 'ffmpeg', required: true, up: false, detail: expect.stringContaining('ffmpeg is not usable') },
    ]);
  });

  it('inspects and is ready where both programs run', async () => {
    install('ffmpeg');
    install('ffprobe');
    const media = inspector();
    expect(await media.inspect(at('tone.wav'))).toMatchObject({ container: 'wav', sampleRateHz: 8_000 });
    expect(await dependencies.check()).toMatchObject([{ name: 'ffmpeg', up: true }]);
  });

  it.each([
    ['is removed', () => rmSync(at('ffprobe'))],
    ['breaks', () => writeFileSync(at('ffprobe'), '#!/bin/sh\nexit 127\n')],
  ])('does not blame the file when ffprobe %s after the last check', async (_, damage) => {
    install('ffmpeg');
    install('ffprobe');
    const media = inspector();
    await media.inspect(at('tone.wav'));
    damage();
    await expect(media.inspect(at('tone.wav'))).rejects.toMatchObject(unavailable);
    expect(await dependencies.check()).toMatchObject([{ name: 'ffmpeg', up: false }]);
  });
});
