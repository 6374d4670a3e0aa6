import { describe, expect, it } from '@jest/globals';
import { testFfmpeg } from '#testing';
import { ClipCheck } from './clip-check.service.ts';
import { Encoders } from './encoders.service.ts';

const signal = new AbortController().signal;

describe('the checks of the video service', () => {
  it('pass where a clip can be encoded and decoded', () => new ClipCheck(testFfmpeg()).run(signal));
  it('fail where ffmpeg does not run', async () => {
    await expect(new ClipCheck('/nowhere/ffmpeg').run(signal)).rejects.toThrow(/nowhere/);
    await expect(new ClipCheck('false').run(signal)).rejects.toThrow('ffmpeg failed on a clip of its own.');
  });
  it('fail where what comes back is no picture', async () => {
    await expect(new ClipCheck('true').run(signal)).rejects.toThrow('A clip of 10 pictures came back as 0 blank pictures.');
  });
});

describe('the encoders of the video service', () => {
  const find = async (path: string) => (await new Encoders(path).find()).map(({ name, isPresent, choice }) => [name, isPresent, choice]);
  it('are those that renditions need', async () => {
    expect((await find(testFfmpeg()))[0]).toEqual(['encoders', true, null]);
  });
  it('are absent without ffmpeg', async () => {
    expect((await find('/nowhere/ffmpeg'))[0]).toEqual(['encoders', false, 'what needs libx264, aac, mjpeg, libwebp fails']);
  });
});
