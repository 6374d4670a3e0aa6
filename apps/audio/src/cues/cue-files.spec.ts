import { describe, expect, it } from '@jest/globals';
import { type CuedTrack, cuesCsv, rekordboxXml } from './cue-files.ts';

const track: CuedTrack = {
  ...{ trackId: '0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10', title: 'Golden hour', bpm: 121.98, key: 'F#', mode: 'minor', camelot: '11A' },
  ...{ durationSeconds: 184.32, isCorrected: false, fileName: 'a b.wav', artist: 'Ana', album: '', sizeBytes: 44, sampleRateHz: 44_100 },
  beatGrid: [{ timeSeconds: 0.52, bpm: 121.98, beat: 1 }],
  cues: [{ timeSeconds: 32.04, type: 'drop', confidence: 0.871 }],
};

describe('cuesCsv', () => {
  it('has a row for each anchor and each cue', () => {
    expect(cuesCsv(track).split('\r\n')).toEqual([
      'track,kind,timeSeconds,type,bpm,beat,confidence',
      'Golden hour,beat,0.520,,121.98,1,',
      'Golden hour,cue,32.040,drop,,,0.87',
      '',
    ]);
  });

  it.each([
    ['=cmd|x', "'=cmd|x"],
    ['-1+2', "'-1+2"],
    ['a, "b"', '"a, ""b"""'],
  ])('a title %s is no formula and no further cell', (title, cell) => {
    expect(cuesCsv({ ...track, title })).toContain(`${cell},cue,`);
  });

  it('has the header alone without cues', () => expect(cuesCsv({ ...track, beatGrid: [], cues: [] })).toMatch(/^track,.*\r\n$/));
});

describe('rekordboxXml', () => {
  it('has the track alone without beats and cues', () => {
    const xml = rekordboxXml({ ...track, bpm: null, key: null, mode: null, camelot: null, beatGrid: [], cues: [] });
    expect(xml).toContain('<TRACK TrackID=');
    expect(xml).not.toMatch(/TEMPO|POSITION_MARK|null|NaN/);
  });

  it('has tempo anchors and memory cues', () => {
    const xml = rekordboxXml(track);
    expect(xml).toContain('<DJ_PLAYLISTS Version="1.0.0">');
    expect(xml).toContain('<TEMPO Inizio="0.520" Bpm="121.98" Metro="4/4" Battito="1"/>');
    expect(xml).toContain('<POSITION_MARK Name="Drop" Type="0" Start="32.040" Num="-1"/>');
    expect(xml).toContain('AverageBpm="121.98" SampleRate="44100" Tonality="F#m" Location="file://localhost/a%20b.wav"');
  });

  it('holds nothing that ends an attribute, and no character that XML forbids', () => {
    const xml = rekordboxXml({ ...track, title: '"><x a=\'&\u0001\ufffe\ud800', fileName: '"<é>.wav' });
    expect(xml).toContain(' Name="&quot;&gt;&lt;x a=&apos;&amp;\ufffd"');
    expect(xml).toContain('file://localhost/%22%3C%C3%A9%3E.wav');
  });
});
