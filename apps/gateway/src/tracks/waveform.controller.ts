import { Controller } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { drawWaveform, getTrack, unfinished } from '#contracts';
import { Bus } from '#platform';
import { SignedLinks } from '../downloads/signed-links.service.ts';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { getLinkedWaveform, getWaveformPng, getWaveformSvg, linkWaveform } from './waveform.endpoints.ts';

type PictureOptions = InputOf<typeof getWaveformSvg>['query'];

@Controller()
export class WaveformController {
  constructor(
    private readonly bus: Bus,
    private readonly links: SignedLinks,
  ) {}

  @Route(getWaveformSvg)
  getWaveformSvg(@Input() input: InputOf<typeof getWaveformSvg>, @Reply() reply: FastifyReply) {
    return this.picture('svg', input.params.trackId, input.query, reply);
  }

  @Route(getWaveformPng)
  getWaveformPng(@Input() input: InputOf<typeof getWaveformPng>, @Reply() reply: FastifyReply) {
    return this.picture('png', input.params.trackId, input.query, reply);
  }

  @Route(linkWaveform)
  async link(@Input() { params: { trackId }, body }: InputOf<typeof linkWaveform>) {
    const track = await this.bus.call(getTrack, { trackId });
    if (!track.analysis) throw unfinished('analysis', track);
    return this.links.make('picture links', 'waveform', trackId, body.expiresInSeconds);
  }

  @Route(getLinkedWaveform)
  getLinkedWaveform(@Input() { params, query }: InputOf<typeof getLinkedWaveform>, @Reply() reply: FastifyReply) {
    return this.links.open('picture links', params.token, (trackId) => this.picture('png', trackId, query, reply));
  }

  private async picture(format: 'svg' | 'png', trackId: string, options: PictureOptions, reply: FastifyReply): Promise<Buffer> {
    const { contentType, base64 } = await this.bus.call(drawWaveform, { trackId, ...options, format });
    reply.type(contentType);
    return Buffer.from(base64, 'base64');
  }
}
