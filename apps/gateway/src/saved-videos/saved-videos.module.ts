import { Module } from '@nestjs/common';
import { SavedVideosController } from './saved-videos.controller.ts';

/** Saves links to videos: new ones answer 201, those that are there 200. The other routes of saved videos only forward. */
@Module({ controllers: [SavedVideosController] })
export class SavedVideosModule {}
