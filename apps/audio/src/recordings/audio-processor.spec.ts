/** One suite for both processors, and for the switch between them. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { LocalChannel, TieredCache } from '#cache';
import { Failure } from '#contracts';
import type { BlobStore } from '#storage';
import type { AudioCache, AudioCacheConfig } from '../audio-cache.ts';
import type { MediaInfo } from '../media/media-info.ts';
import type { AudioProcessor } from './audio-processor.ts';
import { OptimizedAudioProcessor } from './optimized-audio-processor.service.ts';
import { PlainAudioProcessor } from './plain-audio-processor.service.ts';
import { RecordingService } from './recording.service.ts';
import type { RecordedAnalysis, Recording } from './recording.store.ts';

const caches: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const cache of caches.splice(0)) await cache.close();
});

const media = { codec: 'flac' } as MediaInfo;
const recorded = { analysis: { bpm: 120 }, waveform: {} } as unknown as RecordedAnalysis;

/** A store of rows and one of bytes, with counts of what they are asked. */
class ProcessorFixture {
  readonly rows = new Map<string, Recording>();
  readonly blobs = new Map<string, number>();
  reads = 0;
  inspections = 0;

  readonly plain = new PlainAudioProcessor(
    {
      find: async (sha256) => {
        this.reads++;
        return this.rows.get(sha256) ?? null;
      },
      findAnalysis: async (sha256) => {
        this.reads++;
        return this.rows.get(sha256)?.analysis ? recorded : null;
      },
    },
    {
      inspect: async (path) => {
        this.inspections++;
        if (path.includes('noise')) throw new Failure('media-undecodable', 'Not a recording.');
        return media;
      },
    },
    {
      stat: async (sha256: string) => (this.blobs.has(sha256) ? { sizeBytes: this.blobs.get(sha256)! } : undefined),
      withLocalFile: <T>(sha256: string, use: (path: string) => Promise<T>) => use(`/blobs/${sha256}`),
    } as unknown as BlobStore,
  );

  row(sha256: string, isAnalyzed: boolean): void {
    const row = { sha256, sizeBytes: 9, media, engineVersion: 1, analysis: isAnalyzed ? recorded.analysis : null, waveform: null };
    this.rows.set(sha256, row);
  }

  optimized(): OptimizedAudioProcessor {
    const options = {
      service: 'processors',
      namespaces: { recording: {}, analysis: {} },
      channel: new LocalChannel(),
      registry: new Registry(),
    };
    const cache = new TieredCache(options) as unknown as AudioCache;
    caches.push(cache);
    return new OptimizedAudioProcessor(this.plain, cache);
  }

  switched(config: Partial<AudioCacheConfig>): RecordingService {
    return new RecordingService(this.plain, this.optimized(), config as AudioCacheConfig);
  }
}

const providers: readonly [string, (fixture: ProcessorFixture) => AudioProcessor][] = [
  ['plain', (fixture) => fixture.plain],
  ['optimized', (fixture) => fixture.optimized()],
  ['switched off', (fixture) => fixture.switched({ AUDIO_CACHE_ENABLED: false })],
];

describe.each(providers)('the %s audio processor', (_name, open) => {
  it('looks at bytes that it does not know', async () => {
    const fixture = new ProcessorFixture();
    fixture.blobs.set('new', 7);
    expect(await open(fixture).identify('new')).toEqual({ sha256: 'new', sizeBytes: 7, media, analysis: null });
    expect(fixture.inspections).toBe(1);
  });

  it('takes what is known from its row, with the analysis as soon as that is there', async () => {
    const fixture = new ProcessorFixture();
    const processor = open(fixture);
    fixture.row('song', false);
    expect(await processor.identify('song')).toMatchObject({ sizeBytes: 9, analysis: null });
    expect(await processor.analysis('song')).toBeUndefined();
    fixture.row('song', true);
    expect(await processor.identify('song')).toMatchObject({ analysis: { bpm: 120 } });
    expect(await processor.analysis('song')).toEqual(recorded);
    expect(fixture.inspections).toBe(0);
  });

  it('refuses bytes that are not there or are no recording, also when asked again', async () => {
    const fixture = new ProcessorFixture();
    const processor = open(fixture);
    await expect(processor.identify('gone')).rejects.toMatchObject({ code: 'file-lost' });
    fixture.blobs.set('noise', 3);
    for (let time = 0; time < 2; time++) await expect(processor.identify('noise')).rejects.toMatchObject({ code: 'media-undecodable' });
  });
});

it('is switched while it runs: the optimized one remembers, the plain one reads each time', async () => {
  const fixture = new ProcessorFixture();
  fixture.row('song', true);
  const config = { AUDIO_CACHE_ENABLED: true };
  const service = fixture.switched(config);
  const readsOf = async (times: number) => {
    const before = fixture.reads;
    for (let time = 0; time < times; time++) expect(await service.analysis('song')).toEqual(recorded);
    return fixture.reads - before;
  };
  expect(await readsOf(3)).toBe(1);
  config.AUDIO_CACHE_ENABLED = false;
  expect(await readsOf(3)).toBe(3);
  config.AUDIO_CACHE_ENABLED = true;
  expect(await readsOf(3)).toBe(0);
});
