import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { getVideoSegments, locateVideoSegment } from '#contracts';
import { Bus } from '#platform';
import { FileSender } from '../downloads/file-sender.service.ts';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { getHlsMaster, getHlsPlaylist, getHlsSegment, getLinkedHlsMaster, linkHls } from './hls.endpoints.ts';
import { HlsLinks } from './hls-links.service.ts';
import { indexOfSegment, mediaPlaylist } from './playlists.ts';

const playlistType = 'application/vnd.apple.mpegurl';

@Controller()
export class HlsController {
  constructor(
    private readonly bus: Bus,
    private readonly links: HlsLinks,
    private readonly files: FileSender,
  ) {}

  @Route(getHlsMaster)
  master(@Input() { params }: InputOf<typeof getHlsMaster>, @Reply() reply: FastifyReply) {
    reply.type(playlistType);
    return this.links.master(params.videoId);
  }

  @Route(linkHls)
  link(@Input() { params, body }: InputOf<typeof linkHls>) {
    return this.links.make(params.videoId, body.expiresInSeconds);
  }

  @Route(getLinkedHlsMaster)
  linkedMaster(@Input() { params }: InputOf<typeof getLinkedHlsMaster>, @Reply() reply: FastifyReply) {
    reply.type(playlistType);
    return this.links.open(params.token);
  }

  @Route(getHlsPlaylist)
  playlist(@Input() { params: { token, ...track } }: InputOf<typeof getHlsPlaylist>, @Reply() reply: FastifyReply) {
    reply.type(playlistType);
    return this.links.openStream(token, async (videoId) => mediaPlaylist(await this.bus.call(getVideoSegments, { videoId, ...track })));
  }

  @Route(getHlsSegment)
  async segment(
    @Input() { params: { token, segment, ...track }, headers }: InputOf<typeof getHlsSegment>,
    @Req() request: FastifyRequest,
    @Reply() reply: FastifyReply,
  ) {
    const index = indexOfSegment(segment);
    const file = await this.links.openStream(token, (videoId) => this.bus.call(locateVideoSegment, { videoId, ...track, index }));
    return this.files.send(file, { ...headers, method: request.method }, reply);
  }
}
