import { Module } from '@nestjs/common';
import { PlatformModule } from '#platform';
import { audioMigrations } from '../audio.migrations.ts';
import { MediaModule } from '../media/media.module.ts';
import { OptimizedAudioProcessor } from './optimized-audio-processor.service.ts';
import { PlainAudioProcessor } from './plain-audio-processor.service.ts';
import { RecordingService } from './recording.service.ts';
import { Recording, RecordingStore } from './recording.store.ts';

/** Recordings: what is known of a file, by its content. Brings the migrations of the whole schema: one step made all its tables. */
@Module({
  imports: [MediaModule, PlatformModule.forFeature({ entities: [Recording], migrations: audioMigrations })],
  providers: [RecordingStore, PlainAudioProcessor, OptimizedAudioProcessor, RecordingService],
  exports: [RecordingStore, RecordingService],
})
export class RecordingsModule {}
