import { runService } from '#platform';
import { healthConfig } from './config.ts';
import { HealthModule } from './health.module.ts';

await runService({ name: 'health', config: () => healthConfig(), module: HealthModule.forConfig });
