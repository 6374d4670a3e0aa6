/** What an owner corrects about a track by hand. It stands beside the analysis, which stays as the machine made it. */
import * as z from 'zod';
import { keys, modes } from './camelot.ts';
import { rounded } from './resource.ts';
import type { Unchanging } from './rpc.ts';
import { integer } from './values.ts';

/** Tempi that a correction can name, in beats per minute. */
const bpm = rounded(2, z.number().min(20).max(999));
const hint = z.number().min(20).max(999);

const beat = integer({ min: 1, max: 16 }).meta({ description: 'Its place in the bar, from 1.', examples: [1] });

export const beatAnchor = z
  .strictObject({
    timeSeconds: rounded(3, z.number().min(0).max(86_400)).meta({ description: 'Where this beat is.', examples: [0.52] }),
    bpm: bpm.meta({ description: 'Tempo from here to the next anchor, or to the end.', examples: [122] }),
    beat,
  })
  .meta({ id: 'BeatAnchor', description: 'A beat with the tempo that holds from it on.' });
export type BeatAnchor = Unchanging<z.output<typeof beatAnchor>>;
/** In a request; a beat is the first of its bar unless told. */
const newBeatAnchor = z.strictObject({ ...beatAnchor.shape, beat: beat.default(1) });

const isAscending = (grid: readonly BeatAnchor[]) =>
  grid.every(({ timeSeconds }, at) => at === 0 || timeSeconds > grid[at - 1]!.timeSeconds);

const gridOf = (anchor: typeof beatAnchor | typeof newBeatAnchor) =>
  z
    .array(anchor)
    .min(1)
    .max(64)
    .refine(isAscending, { error: 'must be in ascending order of time' })
    .nullable()
    .meta({
      description: 'Anchors of the beats, in order of time; null: the beats that were found hold.',
      examples: [[{ timeSeconds: 0.52, bpm: 122, beat: 1 }]],
    });

const fields = {
  bpm: bpm.nullable().meta({ description: 'The tempo; null: what was found holds.', examples: [122] }),
  bpmMin: hint.nullable().meta({
    description: 'The tempo is not below this: among what was found, the reading within the range holds. `bpm` stands above it.',
    examples: [100],
  }),
  bpmMax: hint.nullable().meta({ description: 'The tempo is not above this; see `bpmMin`.', examples: [180] }),
  key: z
    .enum(keys)
    .nullable()
    .meta({ description: 'The key, together with `mode`; null: what was found holds.', examples: ['A'] }),
  mode: z
    .enum(modes)
    .nullable()
    .meta({ description: 'The mode, together with `key`.', examples: ['minor'] }),
  beatGrid: gridOf(beatAnchor),
};

export const trackCorrections = z.object(fields).meta({ id: 'TrackCorrections', description: 'What the owner has corrected by hand.' });
export type TrackCorrections = Unchanging<z.output<typeof trackCorrections>>;

/** The body of `PUT …/corrections`: what is absent is not corrected. */
export const newCorrections = {
  bpm: fields.bpm.default(null),
  bpmMin: fields.bpmMin.default(null),
  bpmMax: fields.bpmMax.default(null),
  key: fields.key.default(null),
  mode: fields.mode.default(null),
  beatGrid: gridOf(newBeatAnchor).default(null),
};

/** @returns what is wrong with corrections that are each right by themselves; undefined: nothing */
export function faultOfCorrections({ bpmMin, bpmMax, key, mode }: TrackCorrections): string | undefined {
  if (bpmMin !== null && bpmMax !== null && bpmMin > bpmMax) return 'bpmMin must not be above bpmMax.';
  if ((key === null) !== (mode === null)) return 'key and mode are given together.';
  return undefined;
}
