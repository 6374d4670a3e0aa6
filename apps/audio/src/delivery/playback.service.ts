import { Injectable } from '@nestjs/common';
import { type AudioFormat, type decidePlayback, type Playback, type PlaybackFile, type RequestOf } from '#contracts';
import type { MediaInfo } from '../media/media-info.ts';
import { expectedKbps, isLossless, possibleLevels } from '../renditions/encoding-plan.ts';
import { RenditionService } from '../renditions/rendition.service.ts';
import type { RenditionRow } from '../renditions/rendition.store.ts';
import { contentTypes } from '../tracks/track.presenter.ts';
import { TrackService } from '../tracks/track.service.ts';
import type { TrackRow } from '../tracks/track.store.ts';
import { choosePlayback, type Rung } from './choose-playback.ts';
import { estimateNetwork } from './network-estimate.ts';

@Injectable() // decides which file of a track a player should get, and starts a better one where it is missing
export class PlaybackService {
  constructor(
    private readonly tracks: TrackService,
    private readonly renditions: RenditionService,
  ) {}

  /** @throws Failure `track-not-found` */
  async decide({ trackId, formats, ...hints }: RequestOf<typeof decidePlayback>): Promise<Playback> {
    const track = await this.tracks.find(trackId);
    const rows = await this.renditions.allOf(track);
    const network = estimateNetwork(hints);
    const files = { original: originalOf(track), renditions: rows.flatMap(fileOf) };
    const rungs = rungsOf(track, formats[0]!);
    const { file, make, reasons } = choosePlayback({
      ...{ network, saveData: hints.saveData, formats, rungs, canMake: this.renditions.isEnabled },
      ...files,
    });
    const job = make ? ((await this.renditions.ensure(track, make.level, make.format, rows)) ?? null) : null;
    const alternatives = [files.original, ...files.renditions].filter((one) => one !== file).sort((a, b) => a.bitRateKbps - b.bitRateKbps);
    const told = make && job === null ? [...reasons.filter(({ code }) => code !== 'being-made'), cannotBeMade(make)] : reasons;
    return { ...file, usableKbps: network.usableKbps, isFinal: job === null, job, reasons: [...told], alternatives };
  }
}

const cannotBeMade = ({ level, format }: Rung) => ({
  code: 'cannot-be-made' as const,
  detail: `${level} in ${format} would fit better, but making it has failed; see the renditions of the track.`,
});

function rungsOf({ codec, recording: { media, sizeBytes } }: TrackRow, format: AudioFormat): Rung[] {
  const bitRate = media.bitRate ?? bitRateOf(sizeBytes, media.durationSeconds);
  const source = { codec, sampleRateHz: media.sampleRateHz, channels: media.channels, bitRate, bitDepth: null };
  const levels = possibleLevels(codec, format).filter((level) => level !== 'lossless');
  return levels.map((level) => ({ level, format, kbps: expectedKbps(source, level, format) }));
}

function originalOf({ sha256, recording: { media, sizeBytes }, durationSeconds }: TrackRow): PlaybackFile {
  const bitRate = bitRateOf(sizeBytes, durationSeconds ?? media.durationSeconds) ?? media.bitRate ?? 0;
  const contentType = contentTypes[media.container];
  return { renditionId: null, level: null, format: formatOf(media), contentType, bitRateKbps: bitRate / 1_000, sizeBytes, sha256 };
}

function fileOf({ id, level, format, ready, encoding: { sha256, sizeBytes, result } }: RenditionRow): PlaybackFile[] {
  if (!ready || sha256 === null || sizeBytes === null || result === null) return [];
  return [{ renditionId: id, level, format, contentType: result.contentType, bitRateKbps: result.bitRateKbps, sizeBytes, sha256 }];
}

const bitRateOf = (sizeBytes: number, seconds: number | null) => (seconds ? (8 * sizeBytes) / seconds : null);

/** The format of a rendition that a player of it can play too; else the name of the container. */
function formatOf({ container, codec, hasVideo }: MediaInfo): string {
  if (container === 'ogg') return codec === 'opus' ? 'opus' : 'ogg';
  if (container === 'mp4' && !hasVideo && (codec === 'aac' || codec === 'alac')) return 'm4a';
  return container === 'wav' && !isLossless(codec) ? codec : container;
}
