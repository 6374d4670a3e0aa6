import { hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { TrackAnalysis, TrackCorrections, waveformMarks } from '#contracts';
import { AUDIO_CACHE, type AudioCache } from '../audio-cache.ts';
import { beatsOf } from '../cues/beat-anchors.ts';
import { warningsOf } from '../media/media-info.ts';
import { RecordingService } from '../recordings/recording.service.ts';
import type { RecordedAnalysis, StoredAnalysis } from '../recordings/recording.store.ts';
import { TrackService } from '../tracks/track.service.ts';
import type { TrackRow } from '../tracks/track.store.ts';
import type { MarkedTimes } from './waveform/marks.ts';
import { waveformJson } from './waveform/waveform-json.ts';
import { waveformSvg } from './waveform/waveform-svg.ts';

export interface PictureOptions {
  readonly format: 'svg' | 'png';
  readonly widthPx: number;
  readonly heightPx: number;
  readonly foreground: string;
  readonly background: string;
  readonly marks?: readonly (typeof waveformMarks)[number][] | undefined;
}

type WaveformPng = typeof import('./waveform/waveform-png.ts').waveformPng;

@Injectable() // reads stored analyses and renders waveforms
export class AnalysisService {
  constructor(
    private readonly tracks: TrackService,
    private readonly recordings: RecordingService,
    @Inject(AUDIO_CACHE) private readonly cache: AudioCache,
  ) {}

  /** @throws Failure `track-not-found`, `analysis-not-ready` */
  async get(trackId: string): Promise<TrackAnalysis> {
    const track = await this.tracks.find(trackId);
    const { analysis } = await this.ready(track);
    return { ...analysis, warnings: warningsOf(track.recording.media) };
  }

  /** @throws Failure `track-not-found`, `analysis-not-ready` */
  async waveform(trackId: string, widthPx: number) {
    return waveformJson((await this.recorded(trackId)).waveform, widthPx);
  }

  /** @throws Failure `track-not-found`, `analysis-not-ready` */
  async draw(trackId: string, { format, marks = [], ...size }: PictureOptions): Promise<{ contentType: string; base64: string }> {
    const track = await this.tracks.find(trackId);
    const { sha256, corrections } = track;
    const grid = marks.includes('beats') ? (corrections?.beatGrid ?? null) : null;
    const marked = marks.length === 0 ? [] : [hash('sha256', JSON.stringify([[...marks].sort(), grid]))];
    const key = [sha256, format, size.widthPx, size.heightPx, size.foreground, size.background, ...marked].join(':');
    return this.cache.wrap('picture', key, async () => {
      const { waveform, analysis } = await this.ready(track);
      const times = marks.length === 0 ? undefined : markedTimes(analysis, marks, grid);
      const bytes = format === 'svg' ? Buffer.from(waveformSvg(waveform, size, times)) : await pngOf(waveform, size, times);
      return { contentType: format === 'svg' ? 'image/svg+xml' : 'image/png', base64: Buffer.from(bytes).toString('base64') };
    });
  }

  private async recorded(trackId: string): Promise<RecordedAnalysis> {
    return this.ready(await this.tracks.find(trackId));
  }

  private async ready(track: TrackRow): Promise<RecordedAnalysis> {
    const found = await this.recordings.analysis(track.sha256);
    if (!found) throw await this.tracks.unfinished(track);
    return found;
  }
}

/** @param grid of the owner, instead of the beats that were found */
function markedTimes(
  { durationSeconds, beats, cues }: StoredAnalysis,
  marks: NonNullable<PictureOptions['marks']>,
  grid: TrackCorrections['beatGrid'],
): MarkedTimes {
  const shown = grid ? beatsOf(grid, durationSeconds) : beats;
  return {
    durationSeconds,
    beats: marks.includes('beats') ? shown : [],
    cues: marks.includes('cues') ? cues.map(({ timeSeconds }) => timeSeconds) : [],
    hasTimeAxis: marks.includes('time'),
  };
}

/** Its encoder is loaded with the first picture. */
async function pngOf(...given: Parameters<WaveformPng>): Promise<ReturnType<WaveformPng>> {
  const { waveformPng } = await import('./waveform/waveform-png.ts');
  return waveformPng(...given);
}
