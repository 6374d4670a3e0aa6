import { Controller } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { drawWaveform, getWaveform } from '#contracts';
import { Bus } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { SignedLinks } from '../links/signed-links.service.ts';
import { readLinkedWaveform, readWaveform, readWaveformPng, readWaveformSvg } from './waveform.endpoints.ts';

type PictureOptions = InputOf<typeof readWaveformSvg>['query'];

@Controller()
export class WaveformController {
  constructor(
    private readonly bus: Bus,
    private readonly links: SignedLinks,
  ) {}

  @Route(readWaveform)
  numbers(@Input() { params, query }: InputOf<typeof readWaveform>) {
    return this.bus.call(getWaveform, { ...params, ...query });
  }

  @Route(readWaveformSvg)
  svg(@Input() input: InputOf<typeof readWaveformSvg>, @Reply() reply: FastifyReply) {
    return this.picture('svg', input.params.trackId, input.query, reply);
  }

  @Route(readWaveformPng)
  png(@Input() input: InputOf<typeof readWaveformPng>, @Reply() reply: FastifyReply) {
    return this.picture('png', input.params.trackId, input.query, reply);
  }

  @Route(readLinkedWaveform)
  linked(@Input() { params, query }: InputOf<typeof readLinkedWaveform>, @Reply() reply: FastifyReply) {
    return this.links.open('picture links', params.token, (trackId) => this.picture('png', trackId, query, reply));
  }

  private async picture(format: 'svg' | 'png', trackId: string, options: PictureOptions, reply: FastifyReply): Promise<Buffer> {
    const { contentType, base64 } = await this.bus.call(drawWaveform, { trackId, ...options, format });
    reply.type(contentType);
    return Buffer.from(base64, 'base64');
  }
}
