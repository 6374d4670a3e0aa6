/** What every variant needs: the response body and its schema, and the start-up protocol of the bench. */
import * as z from 'zod';
import { track } from '#contracts';

/** Response body of the real system, passed by the bench. */
export const body: unknown = JSON.parse(process.env.BENCH_BODY ?? '{}');
const { $schema: _, ...schema } = z.toJSONSchema(track.loose(), {
  unrepresentable: 'any',
  io: 'output',
  reused: 'inline',
  target: 'draft-7',
}) as Record<string, unknown>;
const required = (schema.required as string[]).filter((name) => name in (body as object)); // the gateway tells `revision` as the ETag
export const bodySchema = { ...schema, required };

/** Reports the URL to the bench, and closes on SIGTERM. */
export function reportReady(url: string, close: () => unknown): void {
  process.stdout.write(`${JSON.stringify({ url })}\n`);
  process.once('SIGTERM', async () => {
    await close();
    process.exit(0);
  });
}
