import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { getVideo, locateVideoFile, locateVideoPoster, locateVideoPreview, locateVideoStoryboard, locateVideoThumbnail } from '#contracts';
import { Bus } from '#platform';
import type { FileFacts } from '../downloads/file-answer.ts';
import { FileSender } from '../downloads/file-sender.service.ts';
import { SignedLinks } from '../downloads/signed-links.service.ts';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import {
  downloadVideo,
  getLinkedPoster,
  getVideoPoster,
  getVideoPreview,
  getVideoStoryboardJpg,
  getVideoStoryboardVtt,
  getVideoThumbnail,
  linkVideoPoster,
} from './video-files.endpoints.ts';

@Controller()
export class VideoFilesController {
  constructor(
    private readonly bus: Bus,
    private readonly files: FileSender,
    private readonly links: SignedLinks,
  ) {}

  @Route(downloadVideo)
  async downloadVideo(@Input() input: InputOf<typeof downloadVideo>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    return this.send(await this.bus.call(locateVideoFile, input.params), input, request, reply);
  }

  @Route(getVideoPoster)
  async getVideoPoster(@Input() input: InputOf<typeof getVideoPoster>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    return this.send(await this.bus.call(locateVideoPoster, { ...input.params, ...input.query }), input, request, reply);
  }

  @Route(getVideoThumbnail)
  async getVideoThumbnail(@Input() input: InputOf<typeof getVideoThumbnail>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    return this.send(await this.bus.call(locateVideoThumbnail, { ...input.params, ...input.query }), input, request, reply);
  }

  @Route(getVideoPreview)
  async getVideoPreview(@Input() input: InputOf<typeof getVideoPreview>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    return this.send(await this.bus.call(locateVideoPreview, input.params), input, request, reply);
  }

  @Route(getVideoStoryboardVtt)
  async getVideoStoryboardVtt(
    @Input() input: InputOf<typeof getVideoStoryboardVtt>,
    @Req() request: FastifyRequest,
    @Reply() reply: FastifyReply,
  ) {
    return this.send(await this.bus.call(locateVideoStoryboard, { ...input.params, part: 'vtt' }), input, request, reply);
  }

  @Route(getVideoStoryboardJpg)
  async getVideoStoryboardJpg(
    @Input() input: InputOf<typeof getVideoStoryboardJpg>,
    @Req() request: FastifyRequest,
    @Reply() reply: FastifyReply,
  ) {
    return this.send(await this.bus.call(locateVideoStoryboard, { ...input.params, part: 'jpg' }), input, request, reply);
  }

  @Route(linkVideoPoster)
  async linkVideoPoster(@Input() { params: { videoId }, body }: InputOf<typeof linkVideoPoster>) {
    await this.bus.call(getVideo, { videoId });
    return this.links.make('picture links', 'poster', videoId, body.expiresInSeconds);
  }

  @Route(getLinkedPoster)
  getLinkedPoster(@Input() input: InputOf<typeof getLinkedPoster>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    const { params, query } = input;
    return this.links.open('picture links', params.token, async (videoId) =>
      this.send(await this.bus.call(locateVideoPoster, { videoId, ...query }), input, request, reply),
    );
  }

  private send(file: FileFacts, { headers }: Pick<InputOf<typeof downloadVideo>, 'headers'>, request: FastifyRequest, reply: FastifyReply) {
    return this.files.send(file, { ...headers, method: request.method }, reply);
  }
}
