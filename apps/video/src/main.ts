import { runService } from '#platform';
import { videoConfig } from './config.ts';
import { VideoModule } from './video.module.ts';

await runService({ name: 'video', config: videoConfig, module: VideoModule.forConfig });
