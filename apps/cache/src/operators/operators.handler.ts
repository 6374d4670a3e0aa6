import { Controller } from '@nestjs/common';
import {
  configureNamespace,
  explainCacheKey,
  getCacheNamespace,
  invalidateCache,
  type RequestOf,
  readCacheStats,
  warmCache,
} from '#contracts';
import { Handles } from '#platform';
import { SettingsService } from '../settings/settings.service.ts';
import { OperatorsService } from './operators.service.ts';

@Controller()
export class OperatorsHandler {
  constructor(
    private readonly operators: OperatorsService,
    private readonly settings: SettingsService,
  ) {}

  @Handles(readCacheStats)
  stats(request: RequestOf<typeof readCacheStats>) {
    return this.operators.stats(request);
  }

  @Handles(explainCacheKey)
  explain(request: RequestOf<typeof explainCacheKey>) {
    return this.operators.explain(request);
  }

  @Handles(invalidateCache)
  invalidate(request: RequestOf<typeof invalidateCache>) {
    return this.operators.invalidate(request);
  }

  @Handles(warmCache)
  warm(request: RequestOf<typeof warmCache>) {
    return this.operators.warm(request);
  }

  @Handles(getCacheNamespace)
  namespace(request: RequestOf<typeof getCacheNamespace>) {
    return this.settings.get(request);
  }

  @Handles(configureNamespace)
  configure(request: RequestOf<typeof configureNamespace>) {
    return this.settings.configure(request);
  }
}
