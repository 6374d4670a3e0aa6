import { Controller } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { decidePlayback, type Playback, type PlaybackFile } from '#contracts';
import { Bus } from '#platform';
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
  ) {}

  @Route(getPlayback)
  async getPlayback(@Input() input: Asked, @Reply() reply: FastifyReply): Promise<LinkedPlayback> {
    const { trackId } = input.params;
    const playback = await this.decide(input, reply);
    const alternatives = await Promise.all(playback.alternatives.map((file) => this.linked(trackId, file)));
    return { ...(await this.linked(trackId, playback)), reasons: [...playback.reasons], alternatives };
  }

  @Route(streamTrack)
  async stream(@Input() input: InputOf<typeof streamTrack>, @Reply() reply: FastifyReply): Promise<undefined> {
    const { url } = await this.linked(input.params.trackId, await this.decide(input, reply));
    reply.header('location', url);
  }

  private decide({ params, query, headers }: Asked, reply: FastifyReply): Promise<Playback> {
    for (const name of hintNames) addVary(reply, name);
    return this.bus.call(decidePlayback, { ...params, ...query, ...readNetworkHints(headers) });
  }

  /** The reply has shown that the track is the caller's. */
  private async linked<File extends PlaybackFile>(trackId: string, file: File) {
    const { url, expiresAt } =
      file.renditionId === null
        ? await this.links.make('file links', '/v1/files', trackId, linkSeconds)
        : await this.links.make('rendition links', '/v1/renditions', file.renditionId, linkSeconds);
    return { ...file, url, expiresAt };
  }
}
