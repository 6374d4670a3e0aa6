import { Controller } from '@nestjs/common';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Route } from '../http/route.ts';
import { getSettings, updateSettings } from './settings.endpoints.ts';
import { Settings } from './settings.service.ts';

@Controller()
export class SettingsController {
  constructor(private readonly settings: Settings) {}

  @Route(getSettings)
  getSettings(@Input() { params }: InputOf<typeof getSettings>) {
    return this.settings.get(params.service);
  }

  @Route(updateSettings)
  updateSettings(@Input() { params, body }: InputOf<typeof updateSettings>) {
    return this.settings.change(params.service, body);
  }
}
