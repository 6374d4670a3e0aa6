/** Sends spans to a collector over OTLP/HTTP (JSON). The only file that imports the SDK of OpenTelemetry; loaded when an endpoint is configured. */
import { DiagLogLevel, diag, ROOT_CONTEXT, SpanKind as SdkKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Log } from '../logs/log.ts';
import { traceCompute } from './compute-spans.ts';
import { tracePostgres } from './postgres-spans.ts';
import { traceRedis } from './redis-spans.ts';
import { type OpenSpan, type SpanAttributes, type SpanKind, type SpanStart, useTracer } from './spans.ts';

export interface TracingOptions {
  /** Base URL of the collector; `/v1/traces` is appended. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Share of the traces that are recorded, in [0, 1]. */
  readonly ratio: number;
  readonly service: string;
  readonly instance: string;
  readonly log: Pick<Log, 'warn'>;
}

const kinds: Readonly<Record<SpanKind, SdkKind>> = {
  server: SdkKind.SERVER,
  client: SdkKind.CLIENT,
  consumer: SdkKind.CONSUMER,
  internal: SdkKind.INTERNAL,
};
const exportTimeoutMs = 10_000;
const stopWithinMs = 3_000;
const warnEveryMs = 60_000;

/** @returns what sends the spans that are left and ends the tracing, within three seconds */
export function startTracing(options: TracingOptions): () => Promise<void> {
  const { endpoint, headers, ratio, service, instance, log } = options;
  diag.setLogger(errorsTo(log), { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true });
  let spanId = '';
  let traceId = '';
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.namespace': 'rafaga', 'service.instance.id': instance }),
    sampler: new AlwaysOnSampler(), // sampled below, by the trace
    idGenerator: { generateSpanId: () => spanId, generateTraceId: () => traceId },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces`, headers, timeoutMillis: exportTimeoutMs }),
        scheduledDelayMillis: 1_000,
      }),
    ],
  });
  const tracer = provider.getTracer('rafaga');
  const start = ({ name, kind, traceparent, parent, attributes }: SpanStart): OpenSpan | undefined => {
    if (!isSampled(traceparent, ratio)) return undefined;
    [traceId, spanId] = [traceparent.slice(3, 35), traceparent.slice(36, 52)];
    const above = parent && { traceId, spanId: parent.slice(36, 52), traceFlags: 1, isRemote: true };
    const context = above ? trace.setSpanContext(ROOT_CONTEXT, above) : ROOT_CONTEXT;
    const span = tracer.startSpan(name, { kind: kinds[kind], ...(attributes ? { attributes } : {}) }, context);
    return {
      end(error?: unknown, more?: SpanAttributes) {
        if (more) span.setAttributes(more);
        if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: codeOf(error) });
        span.end();
      },
    };
  };
  useTracer({ start });
  for (const instrument of [tracePostgres, traceRedis, traceCompute]) instrument();
  return async () => {
    useTracer(undefined);
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, stopWithinMs);
    await Promise.race([provider.shutdown().catch(() => undefined), late]);
    clearTimeout(timer);
  };
}

/** Decided by the id of the trace alone: every service decides the same. A client that asks not to be traced is not. */
export function isSampled(traceparent: string, ratio: number): boolean {
  const wanted = (Number.parseInt(traceparent.slice(53, 55), 16) & 1) === 1;
  return wanted && Number.parseInt(traceparent.slice(27, 35), 16) < ratio * 2 ** 32;
}

/** The message of an error may contain what a user wrote; its code does not. */
const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'error';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
};

/** A collector that is away fails every second: one line a minute says so. */
function errorsTo(log: TracingOptions['log']) {
  let quietUntilMs = 0;
  const error = (message: string) => {
    if (Date.now() < quietUntilMs) return;
    quietUntilMs = Date.now() + warnEveryMs;
    log.warn({ reason: message.slice(0, 500) }, 'failed to send spans; they are dropped');
  };
  const ignore = () => undefined;
  return { error, warn: ignore, info: ignore, debug: ignore, verbose: ignore };
}
