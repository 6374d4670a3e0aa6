import { Controller } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type CueFileFormat, exportTrackCues } from '#contracts';
import { Bus } from '#platform';
import { attachment } from '../downloads/content-disposition.ts';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { getTrackCuesCsv, getTrackCuesXml } from './cues.endpoints.ts';

const contentTypes: Readonly<Record<CueFileFormat, string>> = { csv: 'text/csv; charset=utf-8', xml: 'application/xml; charset=utf-8' };

@Controller()
export class CuesController {
  constructor(private readonly bus: Bus) {}

  @Route(getTrackCuesCsv)
  csv(@Input() { params }: InputOf<typeof getTrackCuesCsv>, @Reply() reply: FastifyReply) {
    return this.send(params.trackId, 'csv', reply);
  }

  @Route(getTrackCuesXml)
  xml(@Input() { params }: InputOf<typeof getTrackCuesXml>, @Reply() reply: FastifyReply) {
    return this.send(params.trackId, 'xml', reply);
  }

  private async send(trackId: string, format: CueFileFormat, reply: FastifyReply): Promise<Buffer> {
    const { fileName, text } = await this.bus.call(exportTrackCues, { trackId, format });
    reply.type(contentTypes[format]).header('content-disposition', attachment(fileName));
    return Buffer.from(text);
  }
}
