/** Environment variables of every service; each app adds its own in its config.ts. */
import { availableParallelism } from 'node:os';
import * as z from 'zod';
import { clusterAddress, postgresTimeouts } from '#storage';
import { changeable } from './read-config.ts';

const port = z.coerce.number().int().min(0).max(65_535);

/** A URL with one of these schemes. It may contain credentials, so it is never logged. */
export const urlOf = (...schemes: string[]) =>
  z.string().refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol.replace(':', '')), {
    error: `must be a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
  });

/** TLS without verification of the certificate does not protect against an active attacker, so only verified TLS or none is accepted. */
const hasVerifiedTlsOrNone = (value: string) => !/[?&](sslmode=(?!disable|verify-full)|uselibpqcompat=|ssl=)/.test(value);

/** In `file://relative`, `relative` is a host name; `new URL` turns `file:relative` into `/relative`. */
const isAbsolute = (value: string) =>
  !value.startsWith('file:') || (value.startsWith('file:/') && new URL(value).host === '' && new URL(value).pathname.length > 1);

const pem = z.string().refine((text) => text.includes('-----BEGIN '), { error: 'must be PEM' });

const blobStoreUrl = urlOf('file', 's3').refine(isAbsolute, { error: 'must be file:///absolute/path or s3://bucket' });

const hasReadableNodes = (value: string): boolean => {
  try {
    clusterAddress(value);
    return true;
  } catch {
    return false;
  }
};

/** One Redis or a cluster. */
export const redisUrl = urlOf('redis', 'rediss', 'redis-cluster', 'rediss-cluster').refine(hasReadableNodes, {
  error: 'names further nodes of a cluster as ?nodes=host:port,host:port',
});

export const platformConfig = z.object({
  DATABASE_URL: urlOf('postgres', 'postgresql').refine(hasVerifiedTlsOrNone, { error: 'sslmode must be verify-full or disable' }),
  REDIS_URL: redisUrl,
  /** CA that signed the certificate of Redis, unless it is one of Node's. */
  REDIS_CA: pem.optional(),
  NATS_URL: urlOf('nats', 'tls'),
  NATS_USER: z.string().optional(),
  NATS_PASSWORD: z.string().optional(),
  /** Content of a `.creds` file. */
  NATS_CREDENTIALS: z.string().optional(),
  NATS_NKEY_SEED: z.string().optional(),
  NATS_CA: pem.optional(),
  BLOB_STORE_URL: blobStoreUrl,
  /** A second store with the same files (a mirror, a restored backup), used to repair damaged files. */
  BLOB_STORE_COPY_URL: blobStoreUrl.optional(),
  /** For an `s3://` store; default: the role of the machine or the pod. */
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
  AWS_SESSION_TOKEN: z.string().optional(),
  FFMPEG_PATH: z.string().default('ffmpeg'),
  HTTP_HOST: z.string().default('127.0.0.1'),
  HTTP_PORT: port.default(0),
  /** Probes return it in the header `x-start-id`, so that the process that started this one recognises its responses. */
  START_ID: z
    .string()
    .regex(/^[\w.-]{1,100}$/, { error: 'must be 1 to 100 letters, digits, dots, hyphens or underscores' })
    .optional(),
  /** With both, HTTP is served over TLS. */
  HTTP_TLS_CERT: pem.optional(),
  HTTP_TLS_KEY: pem.optional(),
  LOG_LEVEL: changeable(z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info')),
  /** Maximum number of PostgreSQL connections of a service; all services and replicas share `max_connections`. */
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(100).default(10),
  /** Timeout to open a connection, or to get one from the pool. */
  DATABASE_CONNECT_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(postgresTimeouts.connectMs),
  /** The server cancels a statement after this time; migrations are exempt. */
  DATABASE_STATEMENT_TIMEOUT_MS: z.coerce.number().int().min(100).max(3_600_000).default(postgresTimeouts.statementMs),
  /** A PostgreSQL that answers no query for this long counts as unavailable. */
  DATABASE_SILENCE_MS: z.coerce.number().int().min(400).max(60_000).default(postgresTimeouts.silenceMs),
  /** Worker threads for signal processing; the default leaves one core for the event loop. */
  WORKER_THREADS: z.coerce
    .number()
    .int()
    .min(1)
    .max(256)
    .default(Math.max(1, availableParallelism() - 1)),
  /** Heap of each of them at most: an input that takes more ends its thread, not the service. Typed arrays (samples, vectors) are not part of it. */
  WORKER_THREAD_MEMORY_MB: z.coerce.number().int().min(64).max(65_536).default(2_048),
  /** Concurrent jobs of one service. */
  WORKER_PROCESSES: z.coerce
    .number()
    .int()
    .min(1)
    .max(256)
    .default(Math.max(1, availableParallelism() - 1)),
  /** Cores for the jobs and threads of this process; default: all cores. */
  WORKER_CORES: z.coerce.number().min(0.1).max(1_024).optional(),
  /** Memory for its concurrent jobs, as declared by their kinds; default: see `defaultMemoryBytes`. */
  WORKER_MEMORY_MB: z.coerce.number().int().min(64).max(16_777_216).optional(),
  /** Added to the niceness of child processes (ffmpeg). At 5 a busy process gets a third of the CPU time of a busy process at 0, enough to end in time. */
  WORKER_NICENESS: z.coerce.number().int().min(0).max(19).default(5),
  /** Ended jobs are deleted after this time. */
  JOB_RETENTION_DAYS: z.coerce.number().int().min(1).max(3_650).default(30),
  /** Collector of traces (OTLP over HTTP); unset: no tracing, and nothing of OpenTelemetry's SDK is loaded. */
  OTEL_EXPORTER_OTLP_ENDPOINT: urlOf('http', 'https').optional(),
  /** `name=value` pairs, separated by commas, that the collector demands. */
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .regex(/^[\w-]+=[^,]*(,[\w-]+=[^,]*)*$/, { error: 'must be name=value,name=value' })
    .optional(),
  /** Share of the traces that are recorded. */
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(0.1),
  /** Concurrent requests of a service; further ones are rejected with `overloaded`. */
  BUS_MAX_IN_FLIGHT: z.coerce.number().int().min(1).default(2_000),
  /** A replica that has a request and sends no heartbeat for this long counts as dead; five heartbeats fit into it. */
  BUS_SILENCE_MS: z.coerce.number().int().min(500).max(60_000).default(5_000),
  /** A NATS that answers no ping for this long counts as unavailable: requests fail at once until it answers again. */
  NATS_SILENCE_MS: z.coerce.number().int().min(300).max(60_000).default(1_500),
  /** Memory of the cache of decoded replies, which are reused for byte-identical replies; 0 disables it. */
  BUS_REPLY_MEMO_MB: z.coerce.number().int().min(0).max(1_024).default(16),
  /** Delay between "not ready" and the shutdown, so that load balancers stop sending requests. */
  SHUTDOWN_DELAY_MS: z.coerce.number().int().min(0).max(60_000).default(0),
  /** Maximum time for requests and jobs in flight to finish after a SIGTERM. */
  SHUTDOWN_GRACE_MS: z.coerce.number().int().min(100).max(300_000).default(10_000),
});
export type PlatformConfig = z.output<typeof platformConfig>;
