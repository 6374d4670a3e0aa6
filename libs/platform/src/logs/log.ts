/** Writes one JSON line per event, with its request and trace id; secrets are redacted. */
import type { LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';
import { traceIdOf } from '#contracts';
import { currentCall } from '../calls/request-context.ts';

const secretKeys = [
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'authorization',
  'cookie',
  'secret',
  'apiKey',
  'privateKey',
  'set-cookie',
];
const paths = secretKeys.flatMap((key) => {
  const quoted = /^\w+$/.test(key) ? key : `["${key}"]`;
  const dot = quoted.startsWith('[') ? '' : '.';
  return [quoted, `*${dot}${quoted}`, `*.*${dot}${quoted}`];
});

/** Redacts the credentials of URLs in a text: `postgres://user:secret@host` → `postgres://***@host`. */
export const hideCredentials = (text: string): string => text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1***@');

type Fields = Readonly<Record<string, unknown>>;

export class Log {
  readonly #pino: Logger;
  readonly #destination: { write(line: string): unknown } | undefined;

  /** @param destination where the logger writes; for {@link writeLines} */
  constructor(logger: Logger, destination?: { write(line: string): unknown }) {
    this.#pino = logger;
    this.#destination = destination;
  }

  /** @param destination default: standard output */
  static open(options: { service: string; instance: string; level: string }, destination?: { write(line: string): void }): Log {
    const settings = {
      level: options.level,
      base: { service: options.service, instance: options.instance },
      redact: { paths, censor: '[redacted]' },
      serializers: { err: (error: unknown) => serializeError(error) },
      mixin: callFields,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label: string) => ({ level: label }) },
    };
    const stream = destination ?? pino.destination({ fd: 1, sync: true });
    return new Log(pino(settings, stream), stream);
  }

  debug(fields: Fields, message?: string): void {
    this.#pino.debug(fields, message);
  }
  info(fields: Fields, message?: string): void {
    this.#pino.info(fields, message);
  }
  warn(fields: Fields, message?: string): void {
    this.#pino.warn(fields, message);
  }
  error(fields: Fields, message?: string): void {
    this.#pino.error(fields, message);
  }

  /** @param level `trace` to `fatal`, or `silent`; loggers made by `child` before keep theirs */
  set level(level: string) {
    this.#pino.level = level;
  }

  get writesInfo(): boolean {
    return this.#pino.isLevelEnabled('info');
  }

  /** Fields that every line of this logger has, as JSON members without braces. */
  get baseMembers(): string {
    return JSON.stringify(this.#pino.bindings()).slice(1, -1);
  }

  /** Writes finished lines in one go, for who has many: the caller has made them of what may be logged. */
  writeLines(lines: readonly string[]): void {
    if (lines.length > 0) this.#destination?.write(`${lines.join('\n')}\n`);
  }

  child(fields: Fields): Log {
    return new Log(this.#pino.child(fields), this.#destination);
  }
}

function callFields(): Record<string, string> {
  const call = currentCall();
  return call ? { requestId: call.requestId, traceId: traceIdOf(call) } : {};
}

/** Keeps only the fields that explain an error; others (statement parameters, a request) may contain user data. */
function serializeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return hideCredentials(String(error));
  const { name, message, stack, cause } = error;
  const code = 'code' in error && ['string', 'number'].includes(typeof error.code) ? { code: error.code } : {};
  const nested = cause === undefined || depth >= 4 ? {} : { cause: serializeError(cause, depth + 1) };
  return { type: name, ...code, message: hideCredentials(message), stack: hideCredentials(stack ?? ''), ...nested };
}

/** Writes the messages of NestJS to the same log; its info messages become debug. */
export class FrameworkLog implements LoggerService {
  readonly #log: Log;
  constructor(log: Log) {
    this.#log = log;
  }
  log(message: unknown, ...rest: unknown[]): void {
    this.#log.debug({ context: rest.at(-1) }, String(message));
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.#log.warn({ context: rest.at(-1) }, String(message));
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.#log.error({ context: rest.at(-1), err: message instanceof Error ? message : undefined, stack: rest[0] }, String(message));
  }
}
