import { Controller } from '@nestjs/common';
import { type RequestOf, readPopularity, reportPopularity } from '#contracts';
import { Handles } from '#platform';
import { SettingsStore } from '../settings/settings.store.ts';
import { PopularityService } from './popularity.service.ts';

@Controller()
export class PopularityHandler {
  constructor(
    private readonly popularity: PopularityService,
    private readonly settings: SettingsStore,
  ) {}

  @Handles(reportPopularity)
  async report({ service, namespaces }: RequestOf<typeof reportPopularity>) {
    await this.popularity.report(service, namespaces);
    return { settings: await this.settings.of(service) };
  }

  @Handles(readPopularity)
  async read({ service, count }: RequestOf<typeof readPopularity>) {
    const [settings, hot] = await Promise.all([this.settings.of(service), this.popularity.hot(service, count)]);
    return { settings, hot };
  }
}
