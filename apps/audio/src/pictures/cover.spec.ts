import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mediaTools } from '#testing';
import { RenditionFixture } from '../renditions/testing/rendition-fixture.ts';
import { embeddedCover, kindOfPicture } from './cover.ts';

const options = { tools: mediaTools, timeoutMs: 30_000 };
let fixture: RenditionFixture;
let pictures: Record<'png' | 'jpg', string>;
beforeAll(async () => {
  fixture = await RenditionFixture.open();
  const make = (name: string) => fixture.corpus.make('-f', 'lavfi', '-i', 'testsrc=size=64x64:d=1', '-frames:v', '1', name);
  pictures = { png: await make('cover.png'), jpg: await make('cover.jpg') };
});
afterAll(() => fixture.corpus.remove());

const sound = ['-f', 'lavfi', '-i', 'sine=d=1'];
const withCover = (picture: string, name: string) =>
  fixture.source(...sound, '-i', picture, '-map', '0', '-map', '1', '-c:v', 'copy', '-disposition:v', 'attached_pic', name);

describe('the embedded cover', () => {
  it.each([
    ['png', 'song.mp3', 'image/png'],
    ['jpg', 'song.m4a', 'image/jpeg'],
    ['png', 'song.flac', 'image/png'],
  ] as const)('%s in %s is taken out as it is', async (kind, name, contentType) => {
    const { path, media } = await withCover(pictures[kind], name);
    const cover = await embeddedCover(path, media, options);
    expect(cover).toMatchObject({ contentType, extension: kind });
    expect(cover!.bytes.length).toBeGreaterThan(100);
  });

  it('is not there where the file has none', async () => {
    const { path, media } = await fixture.source(...sound, 'bare.wav');
    expect(await embeddedCover(path, media, options)).toBeUndefined();
  });
});

describe('the kind of a picture', () => {
  it.each([
    ['\xff\xd8\xff\xe0', 'image/jpeg'],
    ['RIFF1234WEBPVP8 ', 'image/webp'],
    ['GIF89a', 'image/gif'],
  ])('is told by its bytes: %j', (bytes, contentType) => {
    expect(kindOfPicture(Buffer.from(bytes, 'latin1'))?.contentType).toBe(contentType);
  });

  it.each(['', '<svg xmlns="http://www.w3.org/2000/svg"/>', '<html>', '%PDF-1.4'])('is unknown for what could run: %j', (bytes) =>
    expect(kindOfPicture(Buffer.from(bytes))).toBeUndefined(),
  );
});
