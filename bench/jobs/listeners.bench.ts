/**
 * Server-sent events: the time until the last of a thousand listeners has received a change, and the CPU time and memory of the gateway. Starts the built
 * gateway (`npm run build`) with its own servers.
 *
 *   npm run bench -- jobs/listeners [listeners] [changes]
 */
import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import pg from 'pg';
import { startService } from '../../libs/testing/src/infrastructure/service.ts';
import { percentile, withBenchServers } from './bench-servers.ts';

const [listeners = 1_000, changes = 20] = process.argv.slice(2).map(Number);

interface Listeners {
  /** Resolves when each listener has received the n-th change, counted from 1. */
  received(change: number): Promise<void>;
  readonly ended: Promise<unknown>;
}

async function session(url: string): Promise<{ token: string; ownerId: string }> {
  const send = async (path: string, init: RequestInit) => (await fetch(url + path, init)).json() as Promise<Record<string, string>>;
  const body = JSON.stringify({ email: `${randomUUID()}@example.org`, password: 'correct horse battery' });
  const post = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
  await send('/v1/auth/register', post);
  const { accessToken: token = '' } = await send('/v1/auth/login', post);
  return { token, ownerId: (await send('/v1/me', { headers: { authorization: `Bearer ${token}` } })).id ?? '' };
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

async function openListeners(url: string, path: string, token: string): Promise<Listeners> {
  const counts = new Array<number>(listeners).fill(0);
  let wanted = 1;
  let notify = () => {};
  const check = () => counts.every((count) => count >= wanted) && notify();
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
    received: (change) =>
      new Promise((resolve) => {
        wanted = change;
        notify = resolve;
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

await withBenchServers(async (servers) => {
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
    const job = `INSERT INTO jobs.job (id, owner_id, kind, max_attempts, subject, input, context) VALUES ($1, $2, 'bench.job.listen', 1, '{}', '{}', '{}')`;
    await database.query(job, [jobId, ownerId]);
    const before = await gatewayNow(gateway.url);
    const connecting = performance.now();
    const streams = await openListeners(gateway.url, `/v1/jobs/${jobId}/events`, token);
    const connectedMs = performance.now() - connecting;
    await database.query(`UPDATE jobs.job SET state = 'running', lease_until = now() + interval '1 hour' WHERE id = $1`, [jobId]);
    await streams.received(2);
    const delays: number[] = [];
    for (let change = 0; change < changes; change++) {
      const changedAtMs = performance.now();
      await database.query('UPDATE jobs.job SET percent = $2 WHERE id = $1', [jobId, change + 1]);
      await database.query(`NOTIFY jobs_outbox`); // wakes the relay as a worker process does
      await streams.received(3 + change);
      delays.push(performance.now() - changedAtMs);
    }
    await database.query(`UPDATE jobs.job SET state = 'succeeded', ended_at = now(), lease_until = NULL WHERE id = $1`, [jobId]);
    await streams.ended;
    const after = await gatewayNow(gateway.url);
    delays.sort((a, b) => a - b);
    const lastReceivesMs = { p50: Math.round(percentile(delays, 0.5)), p95: Math.round(percentile(delays, 0.95)) };
    const cpuMsPerThousandEvents = Math.round(((after.cpuSeconds - before.cpuSeconds) * 1e6) / (listeners * (changes + 3)));
    console.log(
      JSON.stringify({
        listeners,
        changes,
        connectedMs: Math.round(connectedMs),
        lastReceivesMs,
        cpuMsPerThousandEvents,
        rssMiB: [before.rssMiB, after.rssMiB],
      }),
    );
  } finally {
    await database.end();
    await gateway.stop();
  }
});
