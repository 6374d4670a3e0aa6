/** A span for each command that Redis is sent within a call. Keys and values are not recorded. */
import { Redis } from 'ioredis';
import { startLeaf } from './spans.ts';

interface Command {
  readonly name: string;
  readonly promise: Promise<unknown>;
}
type Send = (this: unknown, command: Command, ...rest: unknown[]) => unknown;

export function traceRedis(): void {
  const prototype = Redis.prototype as unknown as { sendCommand: Send };
  const send = prototype.sendCommand;
  prototype.sendCommand = function (this: unknown, command: Command, ...rest: unknown[]): unknown {
    const span = startLeaf(`Redis ${command.name}`, 'client', { 'db.system.name': 'redis', 'db.operation.name': command.name });
    if (span)
      command.promise.then(
        () => span.end(),
        (error: unknown) => span.end(error),
      );
    return send.call(this, command, ...rest);
  };
}
