import { runService } from '#platform';
import { AudioModule } from './audio.module.ts';
import { audioConfig } from './config.ts';

await runService({ name: 'audio', config: audioConfig, module: AudioModule.forConfig });
