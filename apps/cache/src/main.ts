import { runService } from '#platform';
import { CacheModule } from './cache.module.ts';
import { cacheConfig } from './config.ts';

await runService({ name: 'cache', config: cacheConfig, module: CacheModule.forConfig });
