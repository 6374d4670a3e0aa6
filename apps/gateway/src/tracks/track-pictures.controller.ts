import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { getTrack, locateTrackCover, locateTrackSpectrogram, unfinished } from '#contracts';
import { Bus } from '#platform';
import { FileSender } from '../downloads/file-sender.service.ts';
import { SignedLinks } from '../downloads/signed-links.service.ts';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { getLinkedSpectrogram, getTrackCover, getTrackSpectrogram, linkTrackSpectrogram } from './track-pictures.endpoints.ts';

const purpose = 'spectrogram links';

@Controller()
export class TrackPicturesController {
  constructor(
    private readonly bus: Bus,
    private readonly files: FileSender,
    private readonly links: SignedLinks,
  ) {}

  @Route(getTrackCover)
  async cover(
    @Input() { params, headers }: InputOf<typeof getTrackCover>,
    @Req() { method }: FastifyRequest,
    @Reply() reply: FastifyReply,
  ) {
    return this.files.send(await this.bus.call(locateTrackCover, params), { ...headers, method }, reply);
  }

  @Route(getTrackSpectrogram)
  async spectrogram(
    @Input() { params, query, headers }: InputOf<typeof getTrackSpectrogram>,
    @Req() { method }: FastifyRequest,
    @Reply() reply: FastifyReply,
  ) {
    return this.files.send(await this.bus.call(locateTrackSpectrogram, { ...params, ...query }), { ...headers, method }, reply);
  }

  @Route(linkTrackSpectrogram)
  async link(@Input() { params: { trackId }, body }: InputOf<typeof linkTrackSpectrogram>) {
    const track = await this.bus.call(getTrack, { trackId });
    if (track.state !== 'ready') throw unfinished('analysis', track);
    return this.links.make(purpose, 'spectrogram', trackId, body.expiresInSeconds);
  }

  @Route(getLinkedSpectrogram)
  async linked(
    @Input() { params, query, headers }: InputOf<typeof getLinkedSpectrogram>,
    @Req() { method }: FastifyRequest,
    @Reply() reply: FastifyReply,
  ) {
    const file = await this.links.open(purpose, params.token, (trackId) => this.bus.call(locateTrackSpectrogram, { trackId, ...query }));
    return this.files.send(file, { ...headers, method }, reply);
  }
}
