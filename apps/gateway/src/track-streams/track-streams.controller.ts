import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { listTrackSegments, locateTrackSegment } from '#contracts';
import { Bus, requireSubject } from '#platform';
import { DeliverySpeed } from '../downloads/delivery-speed.service.ts';
import { FileSender } from '../downloads/file-sender.service.ts';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { goneSignal, type WaitInput, waitOf } from '../http/started-job.ts';
import { indexOfSegment, mediaPlaylist } from '../streams/media-playlist.ts';
import { type StreamWait, TrackStreamLinks } from './track-stream-links.service.ts';
import {
  getLinkedTrackHlsMaster,
  getTrackHlsMaster,
  getTrackHlsPlaylist,
  getTrackHlsSegment,
  linkTrackHls,
} from './track-streams.endpoints.ts';

const playlistType = 'application/vnd.apple.mpegurl';
/** Players say nothing of it: long enough for the first segments where the queue is short. */
const usualWaitSeconds = 15;

@Controller()
export class TrackStreamsController {
  constructor(
    private readonly bus: Bus,
    private readonly links: TrackStreamLinks,
    private readonly files: FileSender,
    private readonly speed: DeliverySpeed,
  ) {}

  @Route(getTrackHlsMaster)
  master(@Input() input: InputOf<typeof getTrackHlsMaster>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    reply.type(playlistType);
    return this.links.master(input.params.trackId, streamWait(input, request, reply));
  }

  @Route(linkTrackHls)
  link(@Input() { params, body }: InputOf<typeof linkTrackHls>) {
    return this.links.make(params.trackId, body.expiresInSeconds);
  }

  @Route(getLinkedTrackHlsMaster)
  linkedMaster(@Input() input: InputOf<typeof getLinkedTrackHlsMaster>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    reply.type(playlistType);
    return this.links.open(input.params.token, streamWait(input, request, reply));
  }

  @Route(getTrackHlsPlaylist)
  playlist(@Input() { params: { token, level } }: InputOf<typeof getTrackHlsPlaylist>, @Reply() reply: FastifyReply) {
    reply.type(playlistType);
    return this.links.openStream(token, async (trackId) => mediaPlaylist(await this.bus.call(listTrackSegments, { trackId, level })));
  }

  @Route(getTrackHlsSegment)
  async segment(
    @Input() { params: { token, level, segment }, headers }: InputOf<typeof getTrackHlsSegment>,
    @Req() request: FastifyRequest,
    @Reply() reply: FastifyReply,
  ) {
    const index = indexOfSegment(segment);
    const { file, ownerId } = await this.links.openStream(token, async (trackId) => ({
      file: await this.bus.call(locateTrackSegment, { trackId, level, index }),
      ownerId: requireSubject(),
    }));
    const sent = await this.files.send(file, { ...headers, method: request.method }, reply);
    return this.speed.measure(sent, ownerId, request);
  }
}

function streamWait(input: WaitInput, request: FastifyRequest, reply: FastifyReply): StreamWait {
  const { waitSeconds = usualWaitSeconds, applied } = waitOf(input);
  if (applied) reply.header('preference-applied', applied);
  return { waitMs: 1_000 * waitSeconds, gone: goneSignal(request, reply) };
}
