import { Module } from '@nestjs/common';
import { encodeTrackStream } from '#contracts';
import { jobHandler } from '#platform';
import { MediaModule } from '../media/media.module.ts';
import { RecordingsModule } from '../recordings/recordings.module.ts';
import { TracksModule } from '../tracks/tracks.module.ts';
import { StreamHandler } from './stream.handler.ts';
import { StreamJob } from './stream.job.ts';
import { StreamService } from './stream.service.ts';
import { StreamStore } from './stream.store.ts';
import { StreamEncoder } from './stream-encoder.service.ts';
import { TrackStreamStore } from './track-stream.store.ts';

/** HLS streams of tracks, encoded once for all owners of the same bytes. Serves `audio.track-stream.*` and `audio.track-stream-segment.*`; runs `audio.stream.encode`. */
@Module({
  imports: [MediaModule, RecordingsModule, TracksModule],
  controllers: [StreamHandler],
  providers: [StreamStore, TrackStreamStore, StreamService, StreamEncoder, StreamJob, jobHandler(encodeTrackStream, StreamJob)],
})
export class StreamsModule {}
