import { Module } from '@nestjs/common';
import { TextBatches } from './text-batches.service.ts';
import { TextsController } from './texts.controller.ts';

/** Serves `/v1/posts/analyze`; the other routes of posts only forward. */
@Module({ controllers: [TextsController], providers: [TextBatches] })
export class PostsModule {}
