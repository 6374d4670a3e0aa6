/** Starts and stops a service process: configuration, HTTP, bus, jobs; in reverse order at shutdown. */
import { setTimeout as after } from 'node:timers/promises';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, onSendAsyncHookHandler } from 'fastify';
import { register } from 'prom-client';
import type { ServiceName } from '#contracts';
import { BusServer } from '../bus/bus-server.ts';
import { beatsPerSilence } from '../bus/coalescer.ts';
import { NatsLink } from '../bus/nats-link.ts';
import type { PlatformConfig } from '../config/platform-config.ts';
import { ConfigError } from '../config/read-config.ts';
import { FrameworkLog, Log } from '../logs/log.ts';
import { exportCertificateExpiry } from '../metrics/certificate-expiry.ts';
import { measureHttp } from '../metrics/http.metrics.ts';
import { Lifecycle } from '../probes/lifecycle.ts';
import { isTracing } from '../traces/spans.ts';
import { migrateService, readMigrateCommand } from './migrate-service.ts';
import { addRequestContext } from './request-context.hook.ts';
import { disablePretenuring, releaseStartMemory, retainTickObjectMap } from './v8-gc.ts';

export interface ServiceOptions<Config extends PlatformConfig> {
  readonly name: ServiceName;
  /** Reads the configuration; the start fails with a list of its errors. */
  readonly config: () => Config;
  readonly module: (config: Config) => DynamicModule;
  /** Configures Fastify, e.g. the plug-ins and filters of the gateway. */
  readonly configure?: (app: NestFastifyApplication, config: Config) => void | Promise<void>;
  readonly fastify?: ConstructorParameters<typeof FastifyAdapter>[0];
  /** Deadline of an HTTP request, including all its calls. */
  readonly requestDeadlineMs?: number;
}

/** Longer than Kong keeps an idle upstream connection (60 s): the client side of reused connections must be the one that closes them. */
const keepAliveTimeoutMs = 65_000;
/** Gauges of prom-client whose names say that they are counters; `nodejs_active_resources` and the like say the same. */
const misnamedMetrics = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];
/** Callers may be less patient than this service: they hear of it this often, whatever its own patience. */
const mostBeatMs = 1_000;
const bodyLimitBytes = 64 * 1024;

export interface RunningService {
  readonly app: NestFastifyApplication;
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts a service and stops it on SIGTERM or SIGINT; the process then exits with 0, or with 1 when the shutdown timed out. With the word `migrate` it
 * only brings the schemas up to date.
 */
export async function runService<Config extends PlatformConfig>(options: ServiceOptions<Config>): Promise<void> {
  disablePretenuring();
  retainTickObjectMap();
  try {
    const migrate = readMigrateCommand(process.argv.slice(2));
    const config = options.config();
    if (migrate) {
      await migrateService(options, config, migrate);
      process.exit(0);
    }
    const running = await startService(options, config);
    releaseStartMemory();
    stopOnSignals(running, config);
    stopOnFailure(options.name, running, config);
  } catch (error) {
    process.stderr.write(`${options.name} failed to start. ${startError(error)}\n`);
    process.exit(1);
  }
}

/** One sentence for an error that the operator can solve, else the stack. */
function startError(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  const { code, address, port, stack } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  if (code === 'EADDRINUSE') return `Another program listens on ${address}:${port}: set HTTP_PORT to a free port.`;
  return String(stack);
}

export async function startService<Config extends PlatformConfig>(
  options: ServiceOptions<Config>,
  config: Config,
): Promise<RunningService> {
  const log = Log.open({ service: options.name, instance: String(process.pid), level: config.LOG_LEVEL });
  const stopTracing = await traceIfWanted(options.name, config, log);
  const adapter = new FastifyAdapter({
    bodyLimit: bodyLimitBytes,
    keepAliveTimeout: keepAliveTimeoutMs,
    routerOptions: { maxParamLength: 200 },
    ...options.fastify,
    ...(config.HTTP_TLS_CERT && config.HTTP_TLS_KEY ? { https: { cert: config.HTTP_TLS_CERT, key: config.HTTP_TLS_KEY } } : {}),
  } as ConstructorParameters<typeof FastifyAdapter>[0]);
  const app = await NestFactory.create<NestFastifyApplication>(options.module(config), adapter, {
    logger: new FrameworkLog(log),
    abortOnError: false,
  });
  if (stopTracing) app.get(Lifecycle).onClose('traces', stopTracing);
  for (const name of misnamedMetrics) register.removeSingleMetric(name);
  const fastify = app.getHttpAdapter().getInstance();
  addStartId(fastify, config.START_ID);
  addRequestContext(fastify, options.requestDeadlineMs ?? 30_000);
  measureHttp(fastify);
  exportCertificateExpiry(config);
  await options.configure?.(app, config);

  const server = serveBus(app, options.name, config, log);
  await app.listen({ port: config.HTTP_PORT, host: config.HTTP_HOST });
  await app.startAllMicroservices();
  const url = await app.getUrl();
  log.info({ url }, `${options.name} listens`);
  return { app, url, stop: () => stopService(app, server, config, log) };
}

/** Loads the SDK of OpenTelemetry only here, where a collector is configured. */
async function traceIfWanted(service: ServiceName, config: PlatformConfig, log: Log): Promise<(() => Promise<void>) | undefined> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers, OTEL_TRACES_SAMPLER_ARG: ratio } = config;
  if (!endpoint || isTracing()) return undefined;
  const { startTracing } = await import('../traces/otlp.ts');
  const pairs = (headers ?? '').split(',').filter(Boolean);
  const named = Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
  return startTracing({ endpoint, headers: named, ratio, service, instance: String(process.pid), log });
}

/** Adds the start id to the responses of probes, so that the process that started this one can tell it from another program on the port. */
function addStartId(fastify: FastifyInstance, startId: string | undefined): void {
  if (startId === undefined) return;
  const addHeader: onSendAsyncHookHandler = async (_request, reply) => {
    reply.header('x-start-id', startId);
  };
  fastify.addHook('onRoute', (route) => {
    if (route.url.startsWith('/health/')) route.onSend = [addHeader, route.onSend ?? []].flat();
  });
}

function serveBus(app: NestFastifyApplication, name: ServiceName, config: PlatformConfig, log: Log): BusServer {
  const server = new BusServer(app.get(NatsLink), {
    service: name,
    maxInFlight: config.BUS_MAX_IN_FLIGHT,
    beatMs: Math.min(mostBeatMs, config.BUS_SILENCE_MS / beatsPerSilence),
    log,
  });
  app.connectMicroservice({ strategy: server });
  app.get(Lifecycle).onDrain('bus', () => server.drain(config.SHUTDOWN_GRACE_MS));
  return server;
}

async function stopService(app: NestFastifyApplication, server: BusServer, config: PlatformConfig, log: Log): Promise<void> {
  const lifecycle = app.get(Lifecycle);
  log.info({}, 'stopping');
  lifecycle.beginStop();
  await after(config.SHUTDOWN_DELAY_MS);
  await lifecycle.drain(log);
  await app.close();
  server.close();
  await lifecycle.close(log);
  log.info({}, 'stopped');
}

/** Ends the process on a fatal failure after the start, e.g. one that is found in the database. */
function stopOnFailure(name: ServiceName, running: RunningService, config: PlatformConfig): void {
  void running.app.get(Lifecycle).failure.then((reason) => {
    process.stderr.write(`${name} stopped on a fatal failure. ${reason.message}\n`);
    setTimeout(() => process.exit(1), config.SHUTDOWN_GRACE_MS + 5_000).unref();
    return running.stop().finally(() => process.exit(1));
  });
}

function stopOnSignals(running: RunningService, config: PlatformConfig): void {
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    const timeoutMs = config.SHUTDOWN_DELAY_MS + config.SHUTDOWN_GRACE_MS + 5_000;
    setTimeout(() => process.exit(1), timeoutMs).unref();
    running.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}
