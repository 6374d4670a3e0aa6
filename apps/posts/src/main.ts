import { runService } from '#platform';
import { postsConfig } from './config.ts';
import { PostsModule } from './posts.module.ts';

await runService({ name: 'posts', config: postsConfig, module: PostsModule.forConfig });
