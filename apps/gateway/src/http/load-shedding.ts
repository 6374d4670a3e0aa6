/** Says no while saying yes would take too long: whoever comes back later is served sooner than whoever queues now. */
import { Counter, Gauge } from 'prom-client';
import { Failure } from '#contracts';
import type { Gate } from './serve-endpoints.ts';

const shed = new Counter({ name: 'gateway_requests_shed_total', help: 'Requests refused because the event loop was behind.' });
const behind = new Gauge({ name: 'gateway_event_loop_behind_ms', help: 'How far the event loop was behind lately, in milliseconds.' });

const lookEveryMs = 50;
/** A delay is forgotten by half in each look that finds none, so that one long turn does not refuse a second's worth of requests. */
const fading = 0.5;

/** How late a timer comes is how long a request waits before anybody looks at it. */
export class LoopDelay {
  behindMs = 0;
  private dueAtMs = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  start(): void {
    this.dueAtMs = this.nowMs() + lookEveryMs;
    this.timer = setInterval(() => this.look(), lookEveryMs).unref();
  }

  /** Called by the timer. */
  look(): void {
    const nowMs = this.nowMs();
    this.behindMs = Math.max(nowMs - this.dueAtMs, this.behindMs * fading);
    this.dueAtMs = nowMs + lookEveryMs;
    behind.set(this.behindMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

/** The first gate of every endpoint; probes and metrics are no endpoints and are always answered. */
export const shedding =
  (delay: Pick<LoopDelay, 'behindMs'>, aboveMs: number): Gate =>
  () =>
  () => {
    if (delay.behindMs <= aboveMs) return;
    shed.inc();
    throw new Failure('overloaded', 'There is more to do here than can be done in time.', {
      retryAfterSeconds: 1 + Math.ceil(delay.behindMs / 1_000),
    });
  };
