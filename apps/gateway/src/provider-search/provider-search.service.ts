import { Inject, Injectable } from '@nestjs/common';
import {
  Failure,
  type FailureCode,
  mergeFoundTracks,
  type ReplyOf,
  type RequestOf,
  searchTracks,
  type TrackProvider,
  trackProviders,
} from '#contracts';
import { Bus, Lifecycle, requireSubject } from '#platform';
import { writeFrame } from '../jobs/event-frame.ts';
import { EventStream, type EventStreamOptions } from '../jobs/event-stream.ts';
import { EVENT_STREAM_OPTIONS } from '../jobs/job-watch.service.ts';
import { ListenerLimit } from '../jobs/listener-limit.ts';

type Query = RequestOf<typeof searchTracks>;
type Found = ReplyOf<typeof searchTracks>;

const stateOf: Partial<Record<FailureCode, Found['providers'][number]['state']>> = {
  'deadline-exceeded': 'late',
  'service-unavailable': 'unavailable',
  overloaded: 'unavailable',
};

@Injectable() // asks the audio service for tracks of providers, whole or one provider after the other as they answer
export class ProviderSearch {
  constructor(
    private readonly bus: Bus,
    private readonly lifecycle: Lifecycle,
    private readonly listeners: ListenerLimit,
    @Inject(EVENT_STREAM_OPTIONS) private readonly options: EventStreamOptions,
  ) {}

  find(query: Query): Promise<Found> {
    return this.bus.call(searchTracks, query);
  }

  /** @throws Failure too-many-requests; overloaded */
  events(query: Query): EventStream {
    const leave = this.listeners.enter(requireSubject());
    const asked = trackProviders.filter((name) => query.providers?.includes(name) ?? true).map((name) => this.ask(query, name));
    const stream = new EventStream((gone) => this.#frames(asked, AbortSignal.any([gone, this.lifecycle.stopping])), this.options);
    return stream.once('close', leave);
  }

  /** Providers are asked in parallel; each answer is sent when it is there, in the end all of them as one. */
  async *#frames(asked: readonly Promise<Found>[], signal: AbortSignal): AsyncGenerator<string> {
    const open = new Map(asked.map((answer, index) => [index, answer.then((found) => ({ index, found }))]));
    const answers: Found[] = [];
    while (open.size > 0) {
      const { index, found } = await Promise.race(open.values());
      open.delete(index);
      if (signal.aborted) return;
      answers[index] = found;
      yield writeFrame({ id: asked.length - open.size, event: 'provider', data: { provider: found.providers[0], items: found.items } });
    }
    const items = mergeFoundTracks(answers.map((answer) => answer.items));
    const data = { items, nextCursor: null, providers: answers.flatMap(({ providers }) => providers) };
    yield writeFrame({ id: asked.length + 1, event: 'done', data });
  }

  /** A service that is absent or late is told like a provider that is. */
  private async ask(query: Query, name: TrackProvider): Promise<Found> {
    const startMs = performance.now();
    try {
      return await this.bus.call(searchTracks, { ...query, providers: [name] });
    } catch (error) {
      const { code, message: problem } = Failure.from(error);
      return {
        items: [],
        nextCursor: null,
        providers: [{ name, state: stateOf[code] ?? 'failed', tookMs: Math.round(performance.now() - startMs), problem }],
      };
    }
  }
}
