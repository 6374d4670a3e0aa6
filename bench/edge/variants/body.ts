/** What every variant answers: the track that the real system answers, handed over by the bench. */
import * as z from 'zod';
import { track } from '#contracts';

export const body: unknown = JSON.parse(process.env.BENCH_BODY ?? '{}');
const { $schema: _, ...schema } = z.toJSONSchema(track.loose(), {
  unrepresentable: 'any',
  io: 'output',
  reused: 'inline',
  target: 'draft-7',
}) as Record<string, unknown>;
export const bodySchema = schema;
