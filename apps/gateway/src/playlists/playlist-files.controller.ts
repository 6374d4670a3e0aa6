import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  beginPlaylistFile,
  importPlaylist as importFile,
  type PlaylistFileFormat,
  playlistFileMaxBytes,
  playlistPartTracks,
  writePlaylistFile,
} from '#contracts';
import { Bus } from '#platform';
import { attachment } from '../downloads/content-disposition.ts';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { Uploads } from '../uploads/uploads.service.ts';
import {
  exportPlaylistJson,
  exportPlaylistJspf,
  exportPlaylistM3u8,
  importPlaylist,
  playlistFileTypes,
} from './playlist-files.endpoints.ts';
import { presentPlaylist } from './playlists.endpoints.ts';

@Controller()
export class PlaylistFilesController {
  constructor(
    private readonly bus: Bus,
    private readonly uploads: Uploads,
  ) {}

  @Route(importPlaylist)
  async import(@Input() { query }: InputOf<typeof importPlaylist>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    const keep = ({ sha256 }: { sha256: string }) => this.bus.call(importFile, { ...query, blobSha256: sha256 });
    const { playlist, ...report } = await this.uploads.receiveBody(request, keep, playlistFileMaxBytes);
    const resource = presentPlaylist.of(playlist);
    reply.header('location', resource.links.self);
    return { playlist: resource, ...report };
  }

  @Route(exportPlaylistM3u8)
  m3u8(@Input() { params }: InputOf<typeof exportPlaylistM3u8>, @Reply() reply: FastifyReply) {
    return this.send(params.playlistId, 'm3u8', reply);
  }

  @Route(exportPlaylistJspf)
  jspf(@Input() { params }: InputOf<typeof exportPlaylistJspf>, @Reply() reply: FastifyReply) {
    return this.send(params.playlistId, 'jspf', reply);
  }

  @Route(exportPlaylistJson)
  json(@Input() { params }: InputOf<typeof exportPlaylistJson>, @Reply() reply: FastifyReply) {
    return this.send(params.playlistId, 'json', reply);
  }

  /** The tracks are those of one moment; their lines come in parts, because a file can be larger than a message. */
  private async send(playlistId: string, format: PlaylistFileFormat, reply: FastifyReply): Promise<Buffer> {
    const { fileName, head, separator, tail, trackIds } = await this.bus.call(beginPlaylistFile, { playlistId, format });
    const entries: string[] = [];
    for (let at = 0; at < trackIds.length; at += playlistPartTracks) {
      const part = await this.bus.call(writePlaylistFile, { format, trackIds: trackIds.slice(at, at + playlistPartTracks) });
      entries.push(...part.entries.filter((entry) => entry !== null));
    }
    reply.type(`${playlistFileTypes[format]}; charset=utf-8`).header('content-disposition', attachment(fileName));
    return Buffer.from(head + entries.join(separator) + tail);
  }
}
