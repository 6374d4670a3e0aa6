/**
 * Room: cache. What is worth remembering, and for how long?
 * Door: none of its own yet beyond platform.service.describe.v1. Leans on: platform.
 */
import { type DynamicModule, Module } from '@nestjs/common';
import { type PlatformConfig, PlatformModule } from '#platform';

@Module({})
export class CacheModule {
  static readonly forConfig = (config: PlatformConfig): DynamicModule => ({
    module: CacheModule,
    imports: [
      PlatformModule.forApp({
        name: 'cache',
        config,
        postgres: { schema: 'cache', entities: [], migrations: [{ schema: 'cache', steps: [] }] },
        redis: true,
      }),
    ],
  });
}
