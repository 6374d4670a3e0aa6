import { Module } from '@nestjs/common';
import { UploadsModule } from '../uploads/uploads.module.ts';
import { PlaylistFilesController } from './playlist-files.controller.ts';

/** Playlists as files: import and export. Their other routes forward to the audio service. */
@Module({ imports: [UploadsModule], controllers: [PlaylistFilesController] })
export class PlaylistsModule {}
