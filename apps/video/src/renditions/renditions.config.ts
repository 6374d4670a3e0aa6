import * as z from 'zod';

/** Encoding of renditions; part of the configuration of the video service. */
export const renditionsConfig = z.object({
  /** Threads of the decoder and of the encoder of one rendition. */
  VIDEO_ENCODE_THREADS: z.coerce.number().int().min(1).max(16).default(2),
  /** One attempt may take this long on the wall clock. What is encoded by then is kept, and the next attempt goes on from there. */
  VIDEO_ENCODE_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(10_000)
    .default(5 * 60 * 60_000),
});

export type RenditionsConfig = z.output<typeof renditionsConfig>;
export const RENDITIONS_CONFIG = Symbol('configuration of renditions');
