import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { locateAccountExport } from '#contracts';
import { Bus } from '#platform';
import { FileSender } from '../downloads/file-sender.service.ts';
import { SignedLinks } from '../downloads/signed-links.service.ts';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { downloadAccountExport, downloadLinkedAccountExport, linkAccountExport } from './account-exports.endpoints.ts';

@Controller()
export class AccountExportsController {
  constructor(
    private readonly bus: Bus,
    private readonly links: SignedLinks,
    private readonly files: FileSender,
  ) {}

  @Route(downloadAccountExport)
  async download(
    @Input() { params, headers }: InputOf<typeof downloadAccountExport>,
    @Req() request: FastifyRequest,
    @Reply() reply: FastifyReply,
  ) {
    const file = await this.bus.call(locateAccountExport, params);
    return this.files.send(file, { ...headers, method: request.method }, reply);
  }

  @Route(linkAccountExport)
  async link(@Input() { params, body }: InputOf<typeof linkAccountExport>) {
    await this.bus.call(locateAccountExport, params);
    return this.links.make('account export links', 'account-export', params.accountExportId, body.expiresInSeconds);
  }

  @Route(downloadLinkedAccountExport)
  async downloadLinked(
    @Input() { params, headers }: InputOf<typeof downloadLinkedAccountExport>,
    @Req() request: FastifyRequest,
    @Reply() reply: FastifyReply,
  ) {
    const file = await this.links.open('account export links', params.token, (accountExportId) =>
      this.bus.call(locateAccountExport, { accountExportId }),
    );
    return this.files.send(file, { ...headers, method: request.method }, reply);
  }
}
