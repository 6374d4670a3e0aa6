/** What the video service finds in the pictures and the sound of a video: scenes, spans, curves and its best moments. */
import * as z from 'zod';
import { onlyPage } from './list.ts';
import { rounded } from './resource.ts';
import { rpc } from './rpc.ts';
import { integer } from './values.ts';

const videoId = z.strictObject({ videoId: z.uuid() });

const seconds = (description: string, example: number) => rounded(3, z.number().nonnegative()).meta({ description, examples: [example] });

export const videoSpan = z
  .object({ startSeconds: seconds('Where it begins, in seconds.', 4.2), endSeconds: seconds('Where it ends, in seconds.', 6.72) })
  .meta({ id: 'VideoSpan', description: 'A stretch of a video.' });

export const sceneBeginnings = ['start', 'cut', 'fade'] as const;

export const videoScene = z
  .object({
    ...videoSpan.shape,
    begins: z
      .enum(sceneBeginnings)
      .meta({ description: 'How it begins. `fade`: also a dissolve; `start`: the beginning of the video.', examples: ['cut'] }),
    keyFrameSeconds: seconds('The moment that stands for the scene: ask for the thumbnail at it.', 5.48),
  })
  .meta({ id: 'VideoScene', description: 'What was taken or edited in one piece.' });

export const momentReasons = ['much-motion', 'loud', 'new-scenes', 'steady-picture', 'clear-picture'] as const;

export const videoMoment = z
  .object({
    ...videoSpan.shape,
    score: rounded(2, z.number().min(0).max(1)).meta({
      description: 'In comparison with the best moment of this video.',
      examples: [0.93],
    }),
    reasons: z.array(z.enum(momentReasons)).meta({
      description:
        'Why: `much-motion`, `loud`, `new-scenes` and `steady-picture` compare with the rest of the video; a `clear-picture` has nothing black, frozen or blurred.',
      examples: [['much-motion', 'clear-picture']],
    }),
  })
  .meta({ id: 'VideoMoment', description: 'A stretch that shows much of the video.' });

export const videoCurves = z
  .object({
    stepSeconds: rounded(1, z.number().positive()).meta({ description: 'Seconds from one point to the next.', examples: [0.5] }),
    motion: z.array(rounded(4)).meta({ description: 'How much neighbouring frames differ, from 0 to 1.', examples: [[0.012, 0.034]] }),
    brightness: z.array(rounded(4)).meta({ description: 'Mean brightness, from 0 to 1.', examples: [[0.41, 0.44]] }),
    loudness: z
      .array(rounded(1).nullable())
      .meta({ description: 'In LUFS, at least -70; null where there is no sound.', examples: [[-23.4, null]] }),
  })
  .meta({ id: 'VideoCurves', description: 'Curves over the whole length, in at most 600 points.' });

export const videoAnalysis = z
  .object({
    videoId: z.uuid(),
    scenes: z.array(videoScene).meta({ description: 'In order; together they are the whole video. At most 5,000.' }),
    black: z.array(videoSpan).meta({ description: 'Black pictures, from 0.4 s on.' }),
    frozen: z.array(videoSpan).meta({ description: 'Pictures in which nothing moves, from 1 s on; without black ones.' }),
    blurred: z.array(videoSpan).meta({ description: 'Pictures without sharp edges, from 0.5 s on.' }),
    silent: z.array(videoSpan).meta({ description: 'Sound below -60 dBFS, from 0.5 s on. At most 500 spans of each kind: the longest.' }),
    loudnessLufs: rounded(1)
      .nullable()
      .meta({ description: 'Integrated loudness (ITU-R BS.1770-4); null without sound, and for silence.', examples: [-16.2] }),
    moments: z.array(videoMoment).meta({ description: 'The best moments, best first; at most 5, none overlaps another.' }),
    curves: videoCurves,
    analyzedAt: z.iso.datetime().meta({ description: 'When the bytes were analysed; equal bytes are analysed once.' }),
  })
  .meta({ id: 'VideoAnalysis', description: 'What is seen and heard in a video.' });
export type VideoAnalysis = z.output<typeof videoAnalysis>;

/** Made by the job of the video, from the one decode that also checks the file. */
export const getVideoAnalysis = rpc({
  subject: 'video.analysis.get.v1',
  request: videoId,
  reply: videoAnalysis,
  failures: ['video-not-found', 'video-not-ready', 'video-failed'],
  deadlineMs: 5_000,
});

export const videoCurvesOptions = z.strictObject({
  widthPx: integer({ min: 200, max: 4_000 })
    .default(1_200)
    .meta({ description: 'Width of the chart.', examples: [1_200] }),
  heightPx: integer({ min: 120, max: 2_000 })
    .default(360)
    .meta({ description: 'Height of the chart.', examples: [360] }),
});

/** A chart of the curves and scenes. */
export const drawVideoCurves = rpc({
  subject: 'video.curves.draw.v1',
  request: z.strictObject({ ...videoId.shape, ...videoCurvesOptions.shape }),
  reply: z.object({ svg: z.string() }),
  failures: ['video-not-found', 'video-not-ready', 'video-failed'],
  deadlineMs: 5_000,
});

export const similarVideo = z
  .object({
    videoId: z.uuid(),
    title: z.string().meta({ description: 'Its title.', examples: ['Holiday, second cut'] }),
    similarity: rounded(3, z.number().min(0).max(1)).meta({
      description: 'Share of the shorter video that is in the other one; pictures without contrast do not count.',
      examples: [0.94],
    }),
    same: z.boolean().meta({ description: 'At least half of the shorter one is in the other: a copy, whole or in part.' }),
    spans: z
      .array(
        z
          .object({ ...videoSpan.shape, otherStartSeconds: seconds('Where the stretch begins in the other video.', 0) })
          .meta({ id: 'SharedVideoSpan' }),
      )
      .meta({ description: 'Stretches of this video that are in the other one.' }),
  })
  .meta({ id: 'SimilarVideo', description: 'Another video of the same owner that shows the same pictures.' });

/** The most similar of the caller's own videos, best first: re-encoded, resized, letterboxed, trimmed or otherwise edited copies. */
export const listSimilarVideos = rpc({
  subject: 'video.similar-video.list.v1',
  request: z.strictObject({
    ...videoId.shape,
    limit: integer({ min: 1, max: 20 })
      .default(10)
      .meta({ description: 'At most so many.', examples: [10] }),
  }),
  reply: z.object({
    items: z.array(similarVideo).meta({ description: 'Best first; those with nothing in common are left out.' }),
    nextCursor: onlyPage,
  }),
  failures: ['video-not-found', 'video-not-ready', 'video-failed', 'overloaded'],
  deadlineMs: 15_000,
});
