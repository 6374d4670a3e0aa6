import { Controller } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { drawWaveform, getWaveform } from '#contracts';
import { Bus } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { readWaveform, readWaveformPng, readWaveformSvg } from './waveform.endpoints.ts';

@Controller()
export class WaveformController {
  constructor(private readonly bus: Bus) {}

  @Route(readWaveform)
  numbers(@Input() { params, query }: InputOf<typeof readWaveform>) {
    return this.bus.call(getWaveform, { ...params, ...query });
  }

  @Route(readWaveformSvg)
  svg(@Input() input: InputOf<typeof readWaveformSvg>, @Reply() reply: FastifyReply) {
    return this.picture('svg', input, reply);
  }

  @Route(readWaveformPng)
  png(@Input() input: InputOf<typeof readWaveformPng>, @Reply() reply: FastifyReply) {
    return this.picture('png', input, reply);
  }

  private async picture(format: 'svg' | 'png', { params, query }: InputOf<typeof readWaveformSvg>, reply: FastifyReply): Promise<Buffer> {
    const { contentType, base64 } = await this.bus.call(drawWaveform, { ...params, ...query, format });
    reply.type(contentType);
    return Buffer.from(base64, 'base64');
  }
}
