import { constants, open } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runTool } from '#compute';
import { safeInputArgs, safeProbeArgs } from '#media';
import { id3v2Tag, type MediaCorpus, makeMediaCorpus, mediaTools, movieReferring, mp4Box } from '#testing';
import { inspectMedia } from './inspect-media.ts';

/** A TCP listener and a named pipe that record every access. */
interface Trap {
  readonly url: string;
  readonly fifo: string;
  connections(): number;
  wasOpened(): boolean;
  spring(): Promise<void>;
}

async function setTrap(corpus: MediaCorpus): Promise<Trap> {
  let connections = 0;
  let opened = false;
  const server: Server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fifo = corpus.path('other-tenant.ts');
  await runTool({ command: 'mkfifo', args: [fifo], wallClockMs: 5_000 });
  // Opening a pipe for writing waits until another process opens it for reading.
  const writing = open(fifo, 'w').then((handle) => {
    opened = true;
    return handle.close();
  });
  const spring = async () => {
    // Non-blocking, because the writer may have ended.
    const reading = await open(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    await writing;
    await reading.close();
    await new Promise((resolve) => server.close(resolve));
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, fifo, connections: () => connections, wasOpened: () => opened, spring };
}

let corpus: MediaCorpus;
let trap: Trap;
beforeAll(async () => {
  corpus = await makeMediaCorpus();
  trap = await setTrap(corpus);
});
afterAll(async () => {
  await trap.spring();
  await corpus.remove();
});

type Hostile = readonly [name: string, content: (trap: Trap) => string | Buffer];

const hls = (...lines: string[]) => ['#EXTM3U', '#EXT-X-VERSION:3', '#EXT-X-TARGETDURATION:10', ...lines, '#EXT-X-ENDLIST', ''].join('\n');
const hostile: readonly Hostile[] = [
  ['hls-http.mp4', ({ url }) => hls('#EXTINF:10,', `${url}/a.ts`)],
  ['hls-file.mp3', ({ fifo }) => hls('#EXTINF:10,', `file://${fifo}`)],
  ['hls-path.wav', ({ fifo }) => hls('#EXTINF:10,', fifo)],
  ['hls-key.m4a', ({ url }) => hls(`#EXT-X-KEY:METHOD=AES-128,URI="${url}/key"`, '#EXTINF:10,', `${url}/a.ts`)],
  ['hls-map.mp4', ({ url }) => hls(`#EXT-X-MAP:URI="${url}/init.mp4"`, '#EXTINF:10,', 'a.m4s')],
  ['hls-master.ogg', ({ url }) => ['#EXTM3U', '#EXT-X-STREAM-INF:BANDWIDTH=1', `${url}/low.m3u8`].join('\n')],
  ['hls-behind-a-tag.mp3', ({ url }) => Buffer.concat([id3v2Tag(), Buffer.from(hls('#EXTINF:10,', `${url}/a.ts`))])],
  ['hls-behind-a-mark.mp3', ({ url }) => `\ufeff\n${hls('#EXTINF:10,', `${url}/a.ts`)}`],
  ['utf-16.m3u', ({ url }) => Buffer.from(`\ufeff#EXTM3U\r\n${url}/a.mp3\r\n`, 'utf16le')],
  ['list-of-paths.mp3', ({ fifo }) => `${fifo}\n/etc/passwd\n`],
  ['ffconcat.mp3', ({ fifo }) => `ffconcat version 1.0\nfile '${fifo}'\n`],
  ['concat.wav', ({ fifo }) => `file ${fifo}\nfile ${fifo}\n`],
  ['station.pls', ({ url }) => `[playlist]\nFile1=${url}/a.mp3\nNumberOfEntries=1\n`],
  ['album.cue', ({ fifo }) => `PERFORMER "x"\nFILE "${fifo}" WAVE\n  TRACK 01 AUDIO\n`],
  ['show.smil', ({ url }) => `<smil><body><audio src="${url}/a.mp3"/></body></smil>`],
  ['manifest.mpd', ({ url }) => `<?xml version="1.0"?><MPD><BaseURL>${url}/</BaseURL></MPD>`],
  ['session.sdp', () => 'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n'],
  ['cover.svg', ({ url }) => `<svg xmlns:xlink="x"><image xlink:href="${url}/a.png"/></svg>`],
  ['entity.svg', ({ fifo }) => `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file://${fifo}">]><svg>&e;</svg>`],
  ['list.asx', ({ url }) => `<ASX version="3"><Entry><Ref href="${url}/a"/></Entry></ASX>`],
  ['list.xspf', ({ url }) => `<playlist xmlns="http://xspf.org/ns/0/"><track><location>${url}/a</location></track></playlist>`],
  ['shortcut.url', ({ url }) => `[InternetShortcut]\r\nURL=${url}\r\n`],
  ['dref-url.mov', ({ url }) => movieReferring('url ', false, `${url}/a.mov\0`)],
  ['dref-alis.mov', ({ fifo }) => movieReferring('alis', false, `${fifo}\0`)],
  ['dref-urn.mp4', ({ url }) => movieReferring('urn ', false, `x\0${url}\0`)],
  ['reference-movie.mov', ({ url }) => mp4Box('moov', mp4Box('rmra', mp4Box('rmda', mp4Box('rdrf', `\0\0\0\0url \0\0\0\x20${url}\0`))))],
  ['compressed-header.mov', () => Buffer.concat([mp4Box('ftyp', 'qt  \0\0\0\0'), mp4Box('moov', mp4Box('cmov', mp4Box('dcom', 'zlib')))])],
];

describe('a file that refers to others', () => {
  it.each(hostile)('%s is refused as unsafe', async (name, content) => {
    const path = await corpus.write(name, content(trap));
    await expect(inspectMedia(path, mediaTools)).rejects.toMatchObject({ code: 'media-unsafe' });
  });

  it.each(hostile)('%s makes ffprobe and ffmpeg open nothing else, even without that check', async (name, content) => {
    const path = await corpus.write(name, content(trap));
    const probed = await runTool({ command: mediaTools.ffprobePath, args: safeProbeArgs(path), wallClockMs: 20_000 });
    const decoded = await runTool({
      command: mediaTools.ffmpegPath,
      args: [...safeInputArgs(path), '-f', 'null', '-'],
      wallClockMs: 20_000,
    });
    expect(decoded.exitCode).not.toBe(0);
    // A movie may be opened, but not the files that it refers to; text must not be opened.
    if (!isMovie(name)) expect(probed.exitCode).not.toBe(0);
  });

  it('has made no connection and opened no other file', () => {
    expect([trap.connections(), trap.wasOpened()]).toEqual([0, false]);
  });
});

const isMovie = (name: string) => name.endsWith('.mov') || name.startsWith('dref');

describe('the trap itself', () => {
  it('records the accesses of a player without restrictions', async () => {
    const other = await makeMediaCorpus();
    const set = await setTrap(other);
    const path = await other.write('hls.m3u8', hls('#EXTINF:10,', `${set.url}/a.ts`, '#EXTINF:10,', `file://${set.fifo}`));
    const args = ['-v', 'error', '-allowed_extensions', 'ALL', '-protocol_whitelist', 'file,http,tcp', '-i', path];
    await runTool({ command: mediaTools.ffprobePath, args, wallClockMs: 20_000 });
    expect([set.connections() > 0, set.wasOpened()]).toEqual([true, true]);
    await set.spring();
    await other.remove();
  });
});
