import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decidePlayback, type Playback, type PlaybackFile } from '#contracts';
import { Bus, requireSubject } from '#platform';
import { DeliverySpeed } from '../downloads/delivery-speed.service.ts';
import { SignedLinks } from '../downloads/signed-links.service.ts';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { addVary } from '../http/vary.ts';
import { readNetworkHints } from './network-hints.ts';
import { getPlayback, hintNames, type LinkedPlayback, streamTrack } from './playback.endpoints.ts';

/** Longer than a long recording plays, with pauses. */
const linkSeconds = 12 * 3_600;

type Asked = InputOf<typeof getPlayback>;

@Controller()
export class PlaybackController {
  constructor(
    private readonly bus: Bus,
    private readonly links: SignedLinks,
    private readonly speed: DeliverySpeed,
  ) {}

  @Route(getPlayback)
  async getPlayback(@Input() input: Asked, @Req() request: FastifyRequest, @Reply() reply: FastifyReply): Promise<LinkedPlayback> {
    const { trackId } = input.params;
    const playback = await this.decide(input, request, reply);
    const alternatives = await Promise.all(playback.alternatives.map((file) => this.linked(trackId, file)));
    return { ...(await this.linked(trackId, playback)), reasons: [...playback.reasons], alternatives };
  }

  @Route(streamTrack)
  async stream(
    @Input() input: InputOf<typeof streamTrack>,
    @Req() request: FastifyRequest,
    @Reply() reply: FastifyReply,
  ): Promise<undefined> {
    const { url } = await this.linked(input.params.trackId, await this.decide(input, request, reply));
    reply.header('location', this.links.onThisServer(url));
  }

  private async decide({ params, query, headers }: Asked, request: FastifyRequest, reply: FastifyReply): Promise<Playback> {
    for (const name of hintNames) addVary(reply, name);
    const measuredKbps = await this.speed.of(requireSubject(), request);
    const hints = { ...readNetworkHints(headers), ...(measuredKbps === undefined ? {} : { measuredKbps }) };
    return this.bus.call(decidePlayback, { ...params, ...query, ...hints });
  }

  /** The reply has shown that the track is the caller's. */
  private async linked<File extends PlaybackFile>(trackId: string, file: File) {
    const { url, expiresAt } =
      file.renditionId === null
        ? await this.links.make('file links', 'file', trackId, linkSeconds)
        : await this.links.make('rendition links', 'rendition', file.renditionId, linkSeconds);
    return { ...file, url, expiresAt };
  }
}
