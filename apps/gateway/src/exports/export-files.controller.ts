import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { locateExportFile, locateExportManifest } from '#contracts';
import { Bus } from '#platform';
import { FileSender } from '../downloads/file-sender.service.ts';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { downloadExportFile, downloadExportManifest } from './exports.endpoints.ts';

@Controller()
export class ExportFilesController {
  constructor(
    private readonly bus: Bus,
    private readonly files: FileSender,
  ) {}

  @Route(downloadExportFile)
  async download(
    @Input() { params, headers }: InputOf<typeof downloadExportFile>,
    @Req() request: FastifyRequest,
    @Reply() reply: FastifyReply,
  ) {
    const file = await this.bus.call(locateExportFile, params);
    return this.files.send(file, { ...headers, method: request.method }, reply);
  }

  @Route(downloadExportManifest)
  async manifest(
    @Input() { params, headers }: InputOf<typeof downloadExportManifest>,
    @Req() request: FastifyRequest,
    @Reply() reply: FastifyReply,
  ) {
    const file = await this.bus.call(locateExportManifest, params);
    return this.files.send(file, { ...headers, method: request.method }, reply);
  }
}
