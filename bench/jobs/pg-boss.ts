/** The same no-op jobs with pg-boss, for comparison: the same number of senders and workers; each job is sent, fetched and completed alone. */
import { randomUUID } from 'node:crypto';

/** The part of the pg-boss 12 API that this bench uses. */
interface PgBoss {
  start(): Promise<unknown>;
  stop(options: { graceful: boolean }): Promise<void>;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  createQueue(name: string): Promise<void>;
  send(name: string, data: object): Promise<string | null>;
  fetch(name: string): Promise<readonly { id: string }[]>;
  complete(name: string, id: string): Promise<unknown>;
}
type PgBossClass = new (options: { connectionString: string; max: number }) => PgBoss;

const senders = 12;
const queue = 'noop';

async function loadPgBoss(): Promise<PgBossClass | undefined> {
  const module = process.env.PG_BOSS ?? 'pg-boss';
  try {
    return ((await import(module)) as { PgBoss: PgBossClass }).PgBoss;
  } catch {
    return undefined;
  }
}

/** @returns jobs per second, from the first one sent to the last one completed; null without pg-boss */
export async function pgBossThroughput(databaseUrl: string, { jobs, concurrency }: { jobs: number; concurrency: number }) {
  const Boss = await loadPgBoss();
  if (!Boss) return null;
  const boss = new Boss({ connectionString: databaseUrl, max: 24 });
  boss.on('error', (error) => console.error(error));
  await boss.start();
  try {
    await boss.createQueue(queue);
    const begun = performance.now();
    await Promise.all([sendAll(boss, jobs), workOff(boss, jobs, concurrency)]);
    return Math.round((jobs * 1_000) / (performance.now() - begun));
  } finally {
    await boss.stop({ graceful: false });
  }
}

async function sendAll(boss: PgBoss, jobs: number): Promise<void> {
  let sent = 0;
  const send = async () => {
    while (sent++ < jobs) await boss.send(queue, { owner: randomUUID() });
  };
  await Promise.all(Array.from({ length: senders }, send));
}

/** Fetches without a pause; `work()` of pg-boss polls at most twice a second. */
async function workOff(boss: PgBoss, jobs: number, concurrency: number): Promise<void> {
  let done = 0;
  const work = async () => {
    while (done < jobs) {
      const [job] = await boss.fetch(queue);
      if (!job) continue;
      await boss.complete(queue, job.id);
      done++;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}
