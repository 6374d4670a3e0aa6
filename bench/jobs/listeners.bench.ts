/**
 * Server-sent events to many: how long until the last of a thousand listeners has heard a change, and what the gateway needs for it. Starts the
 * built gateway (`npm run build`) on servers of its own.
 *
 *   npm run bench -- jobs/listeners [listeners] [changes]
 */
import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import pg from 'pg';
import { startService } from '../../libs/testing/src/infrastructure/service.ts';
import { percentile, withOwnServers } from './own-servers.ts';

const [listeners = 1_000, changes = 20] = process.argv.slice(2).map(Number);

interface Ears {
  /** Resolves when each has heard the n-th change (1 is the first). */
  heard(change: number): Promise<void>;
  readonly ended: Promise<unknown>;
}

async function session(url: string): Promise<{ token: string; ownerId: string }> {
  const ask = async (path: string, init: RequestInit) => (await fetch(url + path, init)).json() as Promise<Record<string, string>>;
  const body = JSON.stringify({ email: `${randomUUID()}@example.org`, password: 'correct horse battery' });
  const post = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
  await ask('/v1/auth/register', post);
  const { accessToken: token = '' } = await ask('/v1/auth/login', post);
  return { token, ownerId: (await ask('/v1/me', { headers: { authorization: `Bearer ${token}` } })).id ?? '' };
}

function listen(url: string, path: string, token: string, onEvents: (total: number) => void): Promise<Socket> {
  const { hostname, port } = new URL(url);
  let events = 0;
  let rest = '';
  let answered = false;
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(`GET ${path} HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${token}\r\nconnection: close\r\n\r\n`);
    });
    socket.setEncoding('utf8').once('error', reject);
    socket.on('data', (chunk: string) => {
      if (!answered && !chunk.startsWith('HTTP/1.1 200')) reject(new Error(chunk.slice(0, 200)));
      answered = true;
      const parts = (rest + chunk).split('\nevent: job.');
      rest = parts.length > 1 ? (parts.at(-1) ?? '').slice(-40) : (rest + chunk).slice(-400);
      events += parts.length - 1;
      if (parts.length > 1) onEvents(events);
      if (events >= 1) resolve(socket);
    });
  });
}

async function earsOf(url: string, path: string, token: string): Promise<Ears> {
  const counts = new Array<number>(listeners).fill(0);
  let wanted = 1;
  let tell = () => {};
  const check = () => counts.every((count) => count >= wanted) && tell();
  const sockets: Socket[] = [];
  for (let first = 0; first < listeners; first += 50) {
    const some = Array.from({ length: Math.min(50, listeners - first) }, (_, i) =>
      listen(url, path, token, (total) => {
        counts[first + i] = total;
        if (total >= wanted) check();
      }),
    );
    sockets.push(...(await Promise.all(some)));
  }
  return {
    heard: (change) =>
      new Promise((resolve) => {
        wanted = change;
        tell = resolve;
        check();
      }),
    ended: Promise.all(sockets.map((socket) => socket.closed || new Promise((closed) => socket.once('close', closed)))),
  };
}

async function gatewayNow(url: string): Promise<{ rssMiB: number; cpuSeconds: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const value = (name: string) => Number(new RegExp(`^${name}{[^}]*} (.*)$`, 'm').exec(text)?.[1]);
  return { rssMiB: Math.round(value('process_resident_memory_bytes') / 1_048_576), cpuSeconds: value('process_cpu_seconds_total') };
}

await withOwnServers(async (servers) => {
  const gateway = await startService('gateway', {
    ...servers,
    GATEWAY_KEY_SECRET: Buffer.alloc(32, 1).toString('base64'),
    LOG_LEVEL: 'error',
    GATEWAY_EVENT_STREAMS_PER_USER: '1000',
    GATEWAY_EVENT_STREAMS: '5000',
    GATEWAY_RATE_LIMIT_PER_MINUTE: '1000000',
  });
  const database = new pg.Client({ connectionString: servers.DATABASE_URL });
  await database.connect();
  try {
    const { token, ownerId } = await session(gateway.url);
    const jobId = randomUUID();
    const job = `INSERT INTO jobs.job (id, owner_id, kind, max_attempts, subject, input, context) VALUES ($1, $2, 'bench.listen', 1, '{}', '{}', '{}')`;
    await database.query(job, [jobId, ownerId]);
    const before = await gatewayNow(gateway.url);
    const connecting = performance.now();
    const ears = await earsOf(gateway.url, `/v1/jobs/${jobId}/events`, token);
    const connectedMs = performance.now() - connecting;
    await database.query(`UPDATE jobs.job SET state = 'running', lease_until = now() + interval '1 hour' WHERE id = $1`, [jobId]);
    await ears.heard(2);
    const delays: number[] = [];
    for (let change = 0; change < changes; change++) {
      const told = performance.now();
      await database.query('UPDATE jobs.job SET percent = $2 WHERE id = $1', [jobId, change + 1]);
      await database.query(`NOTIFY jobs_outbox`); // as the relay of the worker's process would be woken
      await ears.heard(3 + change);
      delays.push(performance.now() - told);
    }
    await database.query(`UPDATE jobs.job SET state = 'succeeded', ended_at = now(), lease_until = NULL WHERE id = $1`, [jobId]);
    await ears.ended;
    const after = await gatewayNow(gateway.url);
    delays.sort((a, b) => a - b);
    const lastHearsMs = { p50: Math.round(percentile(delays, 0.5)), p95: Math.round(percentile(delays, 0.95)) };
    const cpuMsPerThousandEvents = Math.round(((after.cpuSeconds - before.cpuSeconds) * 1e6) / (listeners * (changes + 3)));
    console.log(
      JSON.stringify({
        listeners,
        changes,
        connectedMs: Math.round(connectedMs),
        lastHearsMs,
        cpuMsPerThousandEvents,
        rssMiB: [before.rssMiB, after.rssMiB],
      }),
    );
  } finally {
    await database.end();
    await gateway.stop();
  }
});
