/** Presets: named ways of encoding, each with the command that it runs. */
import * as z from 'zod';
import { onlyPage } from './list.ts';
import { rpc } from './rpc.ts';

const side = z.number().int().positive().nullable();

const videoPreset = z
  .object({
    preset: z.string().meta({ description: '`name@version`. A preset never changes.', examples: ['web-720p@1'] }),
    makes: z.enum(['rendition', 'clip', 'audiogram']).meta({
      description: '`rendition`: a rung of a stream; `clip`: a video cut out of another; `audiogram`: a video of a track.',
      examples: ['rendition'],
    }),
    container: z.enum(['cmaf', 'mp4']).meta({ description: '`cmaf`: segments for HLS and DASH; `mp4`: one file.', examples: ['cmaf'] }),
    videoCodec: z
      .enum(['h264', 'av1'])
      .nullable()
      .meta({ description: 'Codec of the picture; null: sound alone.', examples: ['h264'] }),
    audioCodec: z.enum(['aac']).meta({ description: 'Codec of the sound, where there is some.', examples: ['aac'] }),
    widthPx: side.meta({ description: 'Width of what it makes; null: sound alone.', examples: [1_280] }),
    heightPx: side.meta({ description: 'Height of what it makes; null: sound alone.', examples: [720] }),
    command: z.string().meta({
      description:
        'As it runs, quoted for a shell: `/INPUT` is the file, and the service reads the pipes. The sound of a rung is run beside it.',
      examples: ["ffmpeg -i file:/INPUT -c:v libx264 -crf 23 -vf 'scale=1280:720' pipe:1"],
    }),
  })
  .meta({ id: 'VideoPreset' });

/** Built-in presets. Which encoder runs depends on what works where the answer is made. */
export const listVideoPresets = rpc({
  subject: 'video.video-preset.list.v1',
  request: z.strictObject({
    videoId: z.uuid().optional().meta({
      description: 'Only those that are possible for this video, as they run for it. Unless told, for a source of 1920 × 1080 pixels.',
    }),
  }),
  reply: z.object({ items: z.array(videoPreset), nextCursor: onlyPage }).meta({ id: 'VideoPresetList' }),
  failures: ['video-not-found'],
  deadlineMs: 5_000,
});
export type VideoPresetInfo = z.output<typeof videoPreset>;
