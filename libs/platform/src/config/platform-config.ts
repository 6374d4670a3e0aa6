/** The variables that every service understands; each app adds its own in its config.ts. */
import { availableParallelism } from 'node:os';
import * as z from 'zod';
import { postgresTimeouts } from '#storage';

const port = z.coerce.number().int().min(0).max(65_535);

/** `postgres://…`, `redis://…`: a URL with one of these schemes. Credentials may be part of it, so it is never logged. */
export const urlOf = (...schemes: string[]) =>
  z.string().refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol.replace(':', '')), {
    error: `must be a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
  });

/** Encryption to a server that anybody may pretend to be protects from nobody: either the certificate is checked, or there is none. */
const honestTls = (value: string) => !/[?&](sslmode=(?!disable|verify-full)|uselibpqcompat=|ssl=)/.test(value);

/** `file://relative` reads `relative` as the name of another machine. */
const isAbsolute = (value: string) => !value.startsWith('file:') || (new URL(value).host === '' && new URL(value).pathname.length > 1);

const pem = z.string().refine((text) => text.includes('-----BEGIN '), { error: 'must be PEM' });

const blobStoreUrl = urlOf('file', 's3').refine(isAbsolute, { error: 'must be file:///absolute/path or s3://bucket' });

export const platformConfig = z.object({
  DATABASE_URL: urlOf('postgres', 'postgresql').refine(honestTls, { error: 'sslmode must be verify-full or disable' }),
  REDIS_URL: urlOf('redis', 'rediss'),
  /** The authority that signed the certificate of Redis, where it is not one that Node knows. */
  REDIS_CA: pem.optional(),
  NATS_URL: urlOf('nats', 'tls'),
  NATS_USER: z.string().optional(),
  NATS_PASSWORD: z.string().optional(),
  /** The contents of a `.creds` file. */
  NATS_CREDENTIALS: z.string().optional(),
  NATS_NKEY_SEED: z.string().optional(),
  NATS_CA: pem.optional(),
  BLOB_STORE_URL: blobStoreUrl,
  /** A second store with the same files (a mirror, a restored backup), which damaged ones are repaired from. */
  BLOB_STORE_COPY_URL: blobStoreUrl.optional(),
  /** For a store `s3://…`; without them the SDK looks for a role of the machine or of the pod. */
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
  AWS_SESSION_TOKEN: z.string().optional(),
  FFMPEG_PATH: z.string().default('ffmpeg'),
  HTTP_HOST: z.string().default('127.0.0.1'),
  HTTP_PORT: port.default(0),
  /** Probes repeat it in the header `x-start-id`, so that whoever started this process recognises its answers. */
  START_ID: z
    .string()
    .regex(/^[\w.-]{1,100}$/, { error: 'must be 1 to 100 letters, digits, dots, hyphens or underscores' })
    .optional(),
  /** With both, HTTP is served with TLS. */
  HTTP_TLS_CERT: pem.optional(),
  HTTP_TLS_KEY: pem.optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  /** Connections a service may hold to PostgreSQL; six services and their copies share `max_connections`. */
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(100).default(10),
  /** Waiting for a connection, or for a free one of the pool. */
  DATABASE_CONNECT_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(postgresTimeouts.connectMs),
  /** The server cancels a statement that takes longer; migrations are exempt. */
  DATABASE_STATEMENT_TIMEOUT_MS: z.coerce.number().int().min(100).max(3_600_000).default(postgresTimeouts.statementMs),
  /** A PostgreSQL that answers nobody for this long counts as gone. */
  DATABASE_SILENCE_MS: z.coerce.number().int().min(400).max(60_000).default(postgresTimeouts.silenceMs),
  /** Threads for signal processing; the default leaves a core to the event loop. */
  WORKER_THREADS: z.coerce
    .number()
    .int()
    .min(1)
    .max(256)
    .default(Math.max(1, availableParallelism() - 1)),
  /** Jobs of one service that run at the same time. */
  WORKER_PROCESSES: z.coerce
    .number()
    .int()
    .min(1)
    .max(256)
    .default(Math.max(1, availableParallelism() - 1)),
  /** Cores that jobs and threads of this process may use at the same time; unset: all cores. */
  WORKER_CORES: z.coerce.number().min(0.1).max(1_024).optional(),
  /** Memory that its jobs may use at the same time, as their kinds declare it; unset: see `defaultMemoryBytes`. */
  WORKER_MEMORY_MB: z.coerce.number().int().min(64).max(16_777_216).optional(),
  /** Added to the niceness of child processes (ffmpeg). At 5 a busy one gets a third of the time of a busy process at 0, enough to end in time. */
  WORKER_NICENESS: z.coerce.number().int().min(0).max(19).default(5),
  /** Ended jobs are forgotten after this. */
  JOB_RETENTION_DAYS: z.coerce.number().int().min(1).max(3_650).default(30),
  /** Requests a service works on at the same time before it refuses with `overloaded`. */
  BUS_MAX_IN_FLIGHT: z.coerce.number().int().min(1).default(2_000),
  /** A copy of a service that has a request and gives no sign of life for this long counts as dead; five signs fit into it. */
  BUS_SILENCE_MS: z.coerce.number().int().min(500).max(60_000).default(5_000),
  /** A NATS that answers no ping for this long counts as away: requests are refused at once until it answers again. */
  NATS_SILENCE_MS: z.coerce.number().int().min(300).max(60_000).default(1_500),
  /** Memory for replies of other services that arrive again byte for byte, so that they are read once; 0: none. */
  BUS_REPLY_MEMO_MB: z.coerce.number().int().min(0).max(1_024).default(16),
  /** Between "not ready" and the first closed door, so that balancers have looked away. */
  SHUTDOWN_DELAY_MS: z.coerce.number().int().min(0).max(60_000).default(0),
  /** What is in flight may take this long to finish after a SIGTERM. */
  SHUTDOWN_GRACE_MS: z.coerce.number().int().min(100).max(300_000).default(10_000),
});
export type PlatformConfig = z.output<typeof platformConfig>;
