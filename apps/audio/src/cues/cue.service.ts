import { Injectable } from '@nestjs/common';
import { type CueFileFormat, camelotOf, fileNameOf, type TrackCues } from '#contracts';
import { AnalysisService } from '../analysis/analysis.service.ts';
import { TrackService } from '../tracks/track.service.ts';
import { atTempo, beatAnchors } from './beat-anchors.ts';
import { type CuedTrack, cuesCsv, rekordboxXml } from './cue-files.ts';

@Injectable() // gives the cue points and the beat grid that hold for a track, as data and as files
export class CueService {
  constructor(
    private readonly tracks: TrackService,
    private readonly analyses: AnalysisService,
  ) {}

  /** @throws Failure `track-not-found`, `analysis-not-ready` */
  async get(trackId: string): Promise<TrackCues> {
    return this.describe(trackId);
  }

  /** @throws Failure `track-not-found`, `analysis-not-ready` */
  async export(trackId: string, format: CueFileFormat): Promise<{ fileName: string; text: string }> {
    const track = await this.describe(trackId);
    return { fileName: fileNameOf(track.title, format), text: format === 'csv' ? cuesCsv(track) : rekordboxXml(track) };
  }

  private async describe(trackId: string): Promise<CuedTrack> {
    const row = await this.tracks.find(trackId);
    const { bpm: found, beats, cues, durationSeconds } = await this.analyses.get(trackId);
    const { title, bpm, key, mode, corrections, fileName, recording } = row;
    const byHand = corrections?.beatGrid ?? null;
    const beatGrid = byHand ?? (bpm !== null && found !== null ? atTempo(beatAnchors(beats), found, bpm) : []);
    const { sampleRateHz, tags } = recording.media;
    return {
      ...{ trackId, title, bpm, key, mode, camelot: camelotOf(key, mode), durationSeconds, isCorrected: byHand !== null, beatGrid, cues },
      ...{ fileName, artist: tags.artist ?? '', album: tags.album ?? '', sizeBytes: recording.sizeBytes, sampleRateHz },
    };
  }
}
