import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { getVideoSegments, locateVideoSegment } from '#contracts';
import { Bus } from '#platform';
import { FileSender } from '../downloads/file-sender.service.ts';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { indexOfSegment, mediaPlaylist } from '../streams/media-playlist.ts';
import { StreamLinks } from './stream-links.service.ts';
import {
  getDashManifest,
  getHlsMaster,
  getHlsPlaylist,
  getHlsSegment,
  getLinkedDashManifest,
  getLinkedHlsMaster,
  linkDash,
  linkHls,
} from './streams.endpoints.ts';

const playlistType = 'application/vnd.apple.mpegurl';
const manifestType = 'application/dash+xml';

@Controller()
export class StreamsController {
  constructor(
    private readonly bus: Bus,
    private readonly links: StreamLinks,
    private readonly files: FileSender,
  ) {}

  @Route(getHlsMaster)
  master(@Input() { params }: InputOf<typeof getHlsMaster>, @Reply() reply: FastifyReply) {
    reply.type(playlistType);
    return this.links.hls(params.videoId);
  }

  @Route(linkHls)
  link(@Input() { params, body }: InputOf<typeof linkHls>) {
    return this.links.make('hls', params.videoId, body.expiresInSeconds);
  }

  @Route(getLinkedHlsMaster)
  linkedMaster(@Input() { params }: InputOf<typeof getLinkedHlsMaster>, @Reply() reply: FastifyReply) {
    reply.type(playlistType);
    return this.links.open('hls', params.token);
  }

  @Route(getDashManifest)
  manifest(@Input() { params }: InputOf<typeof getDashManifest>, @Reply() reply: FastifyReply) {
    reply.type(manifestType);
    return this.links.dash(params.videoId);
  }

  @Route(linkDash)
  linkManifest(@Input() { params, body }: InputOf<typeof linkDash>) {
    return this.links.make('dash', params.videoId, body.expiresInSeconds);
  }

  @Route(getLinkedDashManifest)
  linkedManifest(@Input() { params }: InputOf<typeof getLinkedDashManifest>, @Reply() reply: FastifyReply) {
    reply.type(manifestType);
    return this.links.open('dash', params.token);
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
