import { describe, expect, it } from '@jest/globals';
import { choosePlayback, type PlayableFile, type PlaybackQuestion, type Rung } from './choose-playback.ts';
import { estimateNetwork, type NetworkHints } from './network-estimate.ts';

const rungs: Rung[] = [
  { level: 'ultra_low', format: 'opus', kbps: 24 },
  { level: 'low', format: 'opus', kbps: 48 },
  { level: 'medium', format: 'opus', kbps: 96 },
  { level: 'high', format: 'opus', kbps: 128 },
];
const wav: PlayableFile = { renditionId: null, level: null, format: 'wav', bitRateKbps: 1_411 };
const mp3: PlayableFile = { renditionId: null, level: null, format: 'mp3', bitRateKbps: 128 };
const made = (level: Rung['level'], bitRateKbps: number): PlayableFile => ({ renditionId: level, level, format: 'opus', bitRateKbps });

const choose = (hints: Partial<NetworkHints>, more: Partial<PlaybackQuestion<PlayableFile>> = {}) => {
  const network = estimateNetwork({ saveData: false, ...hints });
  const base = {
    network,
    saveData: hints.saveData ?? false,
    formats: ['opus', 'mp3'],
    original: wav,
    renditions: [],
    rungs,
    canMake: true,
  };
  const { file, make, reasons } = choosePlayback({ ...base, ...more } as PlaybackQuestion<PlayableFile>);
  return { plays: file.level ?? 'original', makes: make?.level, why: reasons.map(({ code }) => code) };
};

describe('choosePlayback', () => {
  it.each([
    [{}, 'medium', ['no-hints']],
    [{ kbps: 1_000 }, 'high', ['kbps-given']],
    [{ kbps: 100, downlinkMbps: 10 }, 'low', ['kbps-given']],
    [{ downlinkMbps: 10, measuredKbps: 40 }, 'ultra_low', ['measured']],
    [{ downlinkMbps: 0.2 }, 'high', ['downlink']],
    [{ downlinkMbps: 0.2, rttMs: 900 }, 'medium', ['downlink', 'high-latency']],
    [{ ect: '3g' }, 'high', ['connection-type']],
    [{ ect: '2g', downlinkMbps: 10 }, 'ultra_low', ['connection-type']],
    [{ ect: 'slow-2g' }, 'ultra_low', ['connection-type']],
    [{ kbps: 1 }, 'ultra_low', ['kbps-given']],
    [{ downlinkMbps: 0 }, 'ultra_low', ['downlink']],
    [{ ect: '4g', saveData: true }, 'low', ['connection-type', 'save-data']],
  ] as const)('with %j makes %s because of %j', (hints, level, why) =>
    expect(choose(hints)).toEqual({ plays: 'original', makes: level, why: [...why, 'being-made'] }),
  );

  it('plays what is there, also when its bit rate is not the usual one, and the best of the rest while the right one is made', () => {
    const renditions = [made('ultra_low', 20), made('low', 50), made('high', 60)];
    expect(choose({ kbps: 1_000 }, { renditions })).toMatchObject({ plays: 'high', makes: undefined });
    expect(choose({ saveData: true }, { renditions })).toMatchObject({ plays: 'low', makes: undefined });
    expect(choose({ kbps: 140 }, { renditions: renditions.slice(0, 2) })).toMatchObject({ plays: 'low', makes: 'medium' });
    expect(choose({ kbps: 10 }, { renditions: renditions.slice(1) })).toMatchObject({ plays: 'low', makes: 'ultra_low' });
  });

  it('plays a lossy original that fits rather than encoding it again', () => {
    expect(choose({ kbps: 1_000 }, { original: mp3 })).toEqual({
      plays: 'original',
      makes: undefined,
      why: ['kbps-given', 'original-fits'],
    });
    expect(choose({ kbps: 100 }, { original: mp3 })).toMatchObject({ plays: 'original', makes: 'low' });
    expect(choose({ kbps: 1_000 }, { original: mp3, formats: ['opus'] })).toMatchObject({ makes: 'high' });
  });

  it('says that nothing smaller is there where nothing is made', () => {
    expect(choose({ kbps: 100 }, { canMake: false })).toEqual({
      plays: 'original',
      makes: undefined,
      why: ['kbps-given', 'nothing-smaller'],
    });
    expect(choose({ kbps: 100 }, { canMake: false, renditions: [made('ultra_low', 24)] })).toMatchObject({
      plays: 'ultra_low',
      makes: undefined,
    });
  });
});
