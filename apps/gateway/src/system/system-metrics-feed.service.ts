import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Failure, getSystemMetrics } from '#contracts';
import { Bus, Lifecycle, requireSubject } from '#platform';
import { writeFrame } from '../jobs/event-frame.ts';
import { EventStream, type EventStreamOptions } from '../jobs/event-stream.ts';
import { EVENT_STREAM_OPTIONS } from '../jobs/job-watch.service.ts';
import { ListenerLimit } from '../jobs/listener-limit.ts';

/** The health service answers from memory; its picture changes every few seconds. */
const pollMs = 1_000;

@Injectable() // follows what the health service measures, as a stream of events
export class SystemMetricsFeed {
  constructor(
    private readonly bus: Bus,
    private readonly lifecycle: Lifecycle,
    private readonly listeners: ListenerLimit,
    @Inject(EVENT_STREAM_OPTIONS) private readonly options: EventStreamOptions,
  ) {}

  /** @throws Failure too-many-requests; overloaded */
  events(): EventStream {
    const leave = this.listeners.enter(requireSubject());
    const stream = new EventStream((gone) => this.#frames(AbortSignal.any([gone, this.lifecycle.stopping])), this.options);
    return stream.once('close', leave);
  }

  /** One event for each check, however often it is looked at; one when the health service stops answering. */
  async *#frames(signal: AbortSignal): AsyncGenerator<string> {
    let [last, id] = ['', 0];
    while (!signal.aborted) {
      const { key, event, data } = await this.#look();
      if (key !== last) yield writeFrame({ id: ++id, event, data });
      last = key;
      await delay(pollMs, undefined, { signal }).catch(() => undefined); // disconnected or stopping: the loop ends
    }
  }

  async #look(): Promise<{ readonly key: string; readonly event: string; readonly data: unknown }> {
    try {
      const metrics = await this.bus.call(getSystemMetrics, {}, { deadlineMs: pollMs });
      return { key: metrics.checkedAt, event: 'system.metrics', data: metrics };
    } catch (error) {
      const { code, message } = Failure.from(error);
      return { key: code, event: 'system.unknown', data: { detail: message } };
    }
  }
}
