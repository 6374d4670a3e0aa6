import { describe, expect, it } from '@jest/globals';
import type { VideoStreams } from '#contracts';
import { untilDayAfterTomorrow } from '../downloads/signed-links.service.ts';
import { indexOfSegment, mediaPlaylist } from '../streams/media-playlist.ts';
import { captionPlaylist } from './caption-tracks.ts';
import { dashManifest } from './dash-manifest.ts';
import { masterPlaylist } from './playlists.ts';

const sound = { renditionId: 'r-1', codec: 'mp4a.40.2', averageBitRate: 120_000, peakBitRate: 130_000, isComplete: true, isAlone: false };
const picture = (renditionId: string, heightPx: number, hasSound = true): VideoStreams['pictures'][number] => ({
  ...{ renditionId, codec: 'avc1.64001f', averageBitRate: 900_000, peakBitRate: 1_200_000, isComplete: true },
  ...{ widthPx: Math.round((heightPx * 16) / 9), heightPx, frameRate: 30_000 / 1_001, hasSound },
});
const address = ({ renditionId, track }: { renditionId: string; track: string }) => `/${renditionId}/${track}.m3u8`;

describe('masterPlaylist', () => {
  it('names each picture with the sound that all share', () => {
    expect(masterPlaylist({ pictures: [picture('r-1', 720), picture('r-2', 360)], sound }, address).split('\n')).toEqual([
      ...['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS'],
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Audio",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="/r-1/audio.m3u8"',
      '#EXT-X-STREAM-INF:BANDWIDTH=1330000,AVERAGE-BANDWIDTH=1020000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO="audio"',
      '/r-1/video.m3u8',
      '#EXT-X-STREAM-INF:BANDWIDTH=1330000,AVERAGE-BANDWIDTH=1020000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=29.970,AUDIO="audio"',
      '/r-2/video.m3u8',
      '',
    ]);
  });
  it('has no audio group for a silent video', () => {
    const text = masterPlaylist({ pictures: [picture('r-1', 720, false)], sound: null }, address);
    expect(text).toContain('CODECS="avc1.64001f",');
    expect(text).not.toMatch(/AUDIO|MEDIA/);
  });
  it('has the sound as a variant where somebody asked for it', () => {
    const alone = masterPlaylist({ pictures: [], sound: { ...sound, isAlone: true } }, address);
    expect(alone).toContain('#EXT-X-STREAM-INF:BANDWIDTH=130000,AVERAGE-BANDWIDTH=120000,CODECS="mp4a.40.2"\n/r-1/audio.m3u8\n');
    const both = masterPlaylist({ pictures: [picture('r-1', 720)], sound: { ...sound, isAlone: true } }, address);
    expect(both).toContain('CODECS="mp4a.40.2",AUDIO="audio"\n/r-1/audio.m3u8\n');
  });
  it('refuses an address that would break out of its quotation marks', () => {
    expect(() => masterPlaylist({ pictures: [picture('r-1', 720)], sound }, () => 'a"b')).toThrow(RangeError);
  });
});

describe('captions', () => {
  const caption = (id: string, title: string, isDefault = false) => ({ id, title, language: 'es', role: 'subtitles' as const, isDefault });
  const captions = [
    caption('c-1', 'Español', true),
    { ...caption('c-2', 'Español'), role: 'captions' as const },
    caption('c-3', 'a "b" <c>\uffff'),
  ];
  const texts = { captions, addressOf: (id: string) => `/${id}/playlist.m3u8` };

  it('are a group of the master playlist with names that differ, which each picture is played with', () => {
    const lines = masterPlaylist({ pictures: [picture('r-1', 720)], sound }, address, texts).split('\n');
    const start = '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME=';
    const hearing = 'public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound';
    expect(lines.filter((line) => line.includes('SUBTITLES'))).toEqual([
      `${start}"Español",LANGUAGE="es",DEFAULT=YES,AUTOSELECT=YES,FORCED=NO,URI="/c-1/playlist.m3u8"`,
      `${start}"Español (2)",LANGUAGE="es",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,CHARACTERISTICS="${hearing}",URI="/c-2/playlist.m3u8"`,
      `${start}"a ”b” <c>\uffff",LANGUAGE="es",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI="/c-3/playlist.m3u8"`,
      expect.stringMatching(/^#EXT-X-STREAM-INF:.*,AUDIO="audio",SUBTITLES="captions"$/),
    ]);
  });

  it('have names that differ also where a title looks like one of ours', () => {
    const titles = ['A', 'A', 'A (2)'].map((title, at) => caption(`c-${at}`, title));
    const text = masterPlaylist({ pictures: [picture('r-1', 720)], sound }, address, { ...texts, captions: titles });
    expect([...text.matchAll(/SUBTITLES,.*?NAME="(.*?)"/g)].map(([, name]) => name)).toEqual(['A', 'A (2)', 'A (2) (2)']);
  });

  it('have a playlist of one segment as long as the video', () => {
    expect(captionPlaylist(12.48)).toBe(
      '#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:13\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:12.480000,\ncaptions.vtt\n#EXT-X-ENDLIST\n',
    );
  });

  it('are sets of text in the DASH manifest', () => {
    const segments = { isComplete: true, targetDurationSeconds: 4, segmentDurationsSeconds: [4] };
    const text = dashManifest({ pictures: [{ track: picture('r-1', 720), segments }], sound: null, texts }, () => '/');
    expect(text.match(/<AdaptationSet contentType="text" mimeType="text\/vtt" lang="es">/g)).toHaveLength(3);
    expect(text).toContain('<Label>a "b" &lt;c&gt;</Label>'); // without what no XML document may hold
    expect(text).toContain('<Role schemeIdUri="urn:mpeg:dash:role:2011" value="caption"/>');
    expect(text).toContain('<Label>a "b" &lt;c&gt;</Label>');
    expect(text).toContain('<BaseURL>/c-3/playlist.m3u8</BaseURL>');
  });
});

describe('mediaPlaylist', () => {
  const segments = { targetDurationSeconds: 4, segmentDurationsSeconds: [4.004, 1.5] };
  it('is an EVENT without an end while more segments follow, played from the start', () => {
    const text = mediaPlaylist({ ...segments, isComplete: false });
    expect(text).toMatch(/#EXT-X-PLAYLIST-TYPE:EVENT\n(.*\n)*#EXT-X-START:TIME-OFFSET=0\n/);
    expect(text).toMatch(/#EXTINF:4\.004000,\nsegments\/0\.m4s\n#EXTINF:1\.500000,\nsegments\/1\.m4s\n$/);
  });
  it('is whole afterwards', () => {
    const text = mediaPlaylist({ ...segments, isComplete: true });
    expect(text).toMatch(/^#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:4\n/);
    expect(text).toMatch(/#EXT-X-PLAYLIST-TYPE:VOD\n(.*\n)*#EXT-X-MAP:URI="segments\/init\.mp4"\n(.*\n)*#EXT-X-ENDLIST\n$/);
    expect(text).not.toContain('#EXT-X-START');
  });
  it('has names that lead back to the segments', () => {
    expect([indexOfSegment('init.mp4'), indexOfSegment('0.m4s'), indexOfSegment('5999.m4s')]).toEqual(['init', 0, 5_999]);
  });
});

describe('dashManifest', () => {
  const segmentsOf = (...segmentDurationsSeconds: number[]) => ({ isComplete: true, targetDurationSeconds: 4, segmentDurationsSeconds });
  const streams = {
    pictures: [{ track: picture('r-1', 720), segments: segmentsOf(4.004, 4.004, 1.5) }],
    sound: { track: sound, segments: segmentsOf(4.010667, 3.989333, 1.52) },
  };
  it('has a timeline for each track whose boundaries are those of the segments', () => {
    const text = dashManifest(streams, ({ renditionId, track }) => `/s/${renditionId}/${track}/?a&b`);
    expect(text).toContain('mediaPresentationDuration="PT9.520S"');
    expect(text).toContain('<S t="0" d="4004000" r="1"/><S d="1500000"/>');
    expect(text).toContain('<S t="0" d="4010667"/><S d="3989333"/><S d="1520000"/>');
    expect(text).toContain(
      '<Representation id="v-r-1" codecs="avc1.64001f" bandwidth="1200000" width="1280" height="720" frameRate="30000/1001">',
    );
    expect(text).toContain('<BaseURL>/s/r-1/audio/?a&amp;b</BaseURL>');
  });
  it('has a set for each codec, within which players switch', () => {
    const av1 = { track: { ...picture('r-2', 720), codec: 'av01.0.05M.08' }, segments: segmentsOf(4.004) };
    const text = dashManifest({ ...streams, pictures: [...streams.pictures, av1, ...streams.pictures] }, () => '/');
    const [, ...sets] = text.split('<AdaptationSet contentType="video"');
    expect(sets.map((set) => set.match(/codecs="(avc1|av01)/g)?.join())).toEqual(['codecs="avc1,codecs="avc1', 'codecs="av01']);
  });
  it('has no set of tracks that the video has not', () => {
    expect(dashManifest({ ...streams, sound: null }, () => '/')).not.toContain('audio');
    expect(dashManifest({ ...streams, pictures: [] }, () => '/')).not.toContain('video');
  });
});

describe('addresses of a stream', () => {
  it('are the same all day and good for one to two days', () => {
    const day = 86_400;
    const expiries = [0, 1, day / 2, day - 1].map((second) => 20_000 * day + second + untilDayAfterTomorrow(20_000 * day + second));
    expect(new Set(expiries)).toEqual(new Set([20_002 * day]));
  });
});
