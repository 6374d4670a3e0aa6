import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { captionMaxBytes, createVideoCaption as create, locateVideoCaption } from '#contracts';
import { Bus } from '#platform';
import { FileSender } from '../downloads/file-sender.service.ts';
import { SignedLinks } from '../downloads/signed-links.service.ts';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { Uploads } from '../uploads/uploads.service.ts';
import { captionPlaylist } from '../video-renditions/caption-tracks.ts';
import { createVideoCaption, downloadVideoCaption, getCaptionPlaylist, getCaptionSegment, presentCaption } from './captions.endpoints.ts';

@Controller()
export class CaptionsController {
  constructor(
    private readonly bus: Bus,
    private readonly uploads: Uploads,
    private readonly files: FileSender,
    private readonly links: SignedLinks,
  ) {}

  @Route(createVideoCaption)
  async create(
    @Input() { params, query }: InputOf<typeof createVideoCaption>,
    @Req() request: FastifyRequest,
    @Reply() reply: FastifyReply,
  ) {
    const keep = ({ sha256 }: { sha256: string }) => this.bus.call(create, { ...params, ...query, blobSha256: sha256 });
    const caption = presentCaption.of(await this.uploads.receiveBody(request, keep, captionMaxBytes));
    reply.header('location', caption.links.self);
    return caption;
  }

  @Route(downloadVideoCaption)
  async download(
    @Input() { params, query, headers }: InputOf<typeof downloadVideoCaption>,
    @Req() request: FastifyRequest,
    @Reply() reply: FastifyReply,
  ) {
    const file = await this.bus.call(locateVideoCaption, { ...params, ...query });
    return this.files.send(file, { ...headers, method: request.method }, reply);
  }

  @Route(getCaptionPlaylist)
  async playlist(@Input() { params: { token, captionId } }: InputOf<typeof getCaptionPlaylist>, @Reply() reply: FastifyReply) {
    const { durationSeconds } = await this.locate(token, captionId);
    reply.type('application/vnd.apple.mpegurl');
    return captionPlaylist(durationSeconds);
  }

  @Route(getCaptionSegment)
  async segment(
    @Input() { params: { token, captionId }, headers }: InputOf<typeof getCaptionSegment>,
    @Req() request: FastifyRequest,
    @Reply() reply: FastifyReply,
  ) {
    return this.files.send(await this.locate(token, captionId), { ...headers, method: request.method }, reply);
  }

  private locate(token: string, captionId: string) {
    return this.links.open('stream links', token, (videoId) => this.bus.call(locateVideoCaption, { videoId, captionId, format: 'vtt' }));
  }
}
