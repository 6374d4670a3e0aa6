import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { requireSubject } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { ClientAddresses } from '../http/limits/client-addresses.ts';
import { Input, Route } from '../http/route.ts';
import { getSettings, updateSettings } from './settings.endpoints.ts';
import { Settings } from './settings.service.ts';

@Controller()
export class SettingsController {
  constructor(
    private readonly settings: Settings,
    private readonly addresses: ClientAddresses,
  ) {}

  @Route(getSettings)
  getSettings(@Input() { params }: InputOf<typeof getSettings>) {
    return this.settings.get(params.service);
  }

  @Route(updateSettings)
  updateSettings(@Input() { params, body }: InputOf<typeof updateSettings>, @Req() request: FastifyRequest) {
    return this.settings.change(params.service, body, { userId: requireSubject(), address: this.addresses.of(request) });
  }
}
