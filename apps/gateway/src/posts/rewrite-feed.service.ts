import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Failure, type PostRewrite, postRewriteAbandoned, postRewriteProgressed, toProblem, traceIdOf } from '#contracts';
import { Bus, Lifecycle, Log, requireCall, requireSubject } from '#platform';
import { writeFrame } from '../jobs/event-frame.ts';
import { EventStream, type EventStreamOptions } from '../jobs/event-stream.ts';
import { EVENT_STREAM_OPTIONS } from '../jobs/job-watch.service.ts';
import { ListenerLimit } from '../jobs/listener-limit.ts';
import { FollowedRewrite } from './followed-rewrite.ts';

/** Makes the call of the posts service. */
export type Ask = (run: { readonly rewriteId: string; readonly isStreamed: boolean }) => Promise<PostRewrite>;

type Call = ReturnType<typeof requireCall>;

@Injectable() // waits for a text that is being written, or follows it; ends the writing when the client has gone
export class RewriteFeed implements OnApplicationBootstrap {
  /** As many as there are event streams. */
  readonly #followed = new Map<string, FollowedRewrite>();

  constructor(
    private readonly bus: Bus,
    private readonly lifecycle: Lifecycle,
    private readonly listeners: ListenerLimit,
    private readonly log: Log,
    @Inject(EVENT_STREAM_OPTIONS) private readonly options: EventStreamOptions,
  ) {}

  onApplicationBootstrap(): void {
    this.bus
      .subscribe(postRewriteProgressed, ({ rewriteId, text }) => this.#followed.get(rewriteId)?.add(text))
      .catch((error: unknown) => this.log.debug({ err: error }, 'closed before NATS was connected'));
  }

  /** @param gone aborts when the client disconnects. @throws Failure of the call */
  async whole(ask: Ask, gone: AbortSignal): Promise<PostRewrite> {
    requirePresent(gone);
    const rewriteId = randomUUID();
    const abandon = () => this.#abandon(rewriteId);
    gone.addEventListener('abort', abandon, { once: true });
    try {
      return await ask({ rewriteId, isStreamed: false });
    } finally {
      gone.removeEventListener('abort', abandon);
    }
  }

  /**
   * @returns once something has been written
   * @throws Failure of the call, where it fails before; too-many-requests, overloaded for open streams
   */
  async events(ask: Ask, gone: AbortSignal): Promise<EventStream> {
    requirePresent(gone);
    const [call, rewriteId, leave] = [requireCall(), randomUUID(), this.listeners.enter(requireSubject())];
    const rewrite = new FollowedRewrite(ask({ rewriteId, isStreamed: true }));
    this.#followed.set(rewriteId, rewrite);
    const abandon = () => {
      if (!rewrite.hasEnded) this.#abandon(rewriteId);
    };
    const close = () => {
      this.#followed.delete(rewriteId);
      leave();
      abandon();
    };
    gone.addEventListener('abort', abandon, { once: true });
    try {
      await rewrite.begun();
    } catch (error) {
      close();
      throw error;
    }
    const follow = (left: AbortSignal) => frames(rewrite, AbortSignal.any([left, gone, this.lifecycle.stopping]), call);
    return new EventStream(follow, this.options).once('close', close);
  }

  /** Told at most once: if it is lost, the writing ends by itself within a minute. */
  #abandon(rewriteId: string): void {
    try {
      this.bus.publish(postRewriteAbandoned, { rewriteId });
    } catch (error) {
      this.log.debug({ err: error }, 'failed to end a rewrite that nobody waits for');
    }
  }
}

/** Nothing is asked for a client that has gone already: no later event would end it. */
function requirePresent(gone: AbortSignal): void {
  if (gone.aborted) throw new Failure('cancelled', 'The client has gone.');
}

async function* frames(rewrite: FollowedRewrite, signal: AbortSignal, call: Call): AsyncGenerator<string> {
  let id = 0;
  const frame = (event: 'token' | 'done' | 'problem', data: unknown) => writeFrame({ id: ++id, event, data });
  for await (const text of rewrite.pieces(signal)) yield frame('token', { text });
  if (signal.aborted) return;
  try {
    const result = await rewrite.result;
    const rest = rewrite.restOf(result);
    if (rest !== '') yield frame('token', { text: rest });
    yield frame('done', result);
  } catch (error) {
    yield frame('problem', toProblem(error, { requestId: call.requestId, traceId: traceIdOf(call) }));
  }
}
