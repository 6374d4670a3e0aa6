import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { WakeSignal } from '#compute';
import { isWantedEvent } from '#contracts';
import { Database, Lifecycle, Log } from '#platform';
import { listenToPostgres, queryRows } from '#storage';
import { WEBHOOKS_CONFIG, type WebhooksConfig } from '../webhooks/webhooks.config.ts';
import { ownerEventsChannel } from './events.migration.ts';

export interface FedEvent {
  readonly sequence: number;
  readonly type: string;
  readonly body: string;
}

export interface FeedRequest {
  /** The last event that the client has seen; 0: from the oldest that is kept; undefined: only new ones. */
  readonly after: number | undefined;
  /** Patterns; empty: all. */
  readonly types: readonly string[];
}

const pageSize = 50;
/** Notifications can be lost. */
const pollMs = 5_000;

@Injectable() // streams the events of an owner: those that are kept, then new ones
export class EventFeed implements OnApplicationBootstrap {
  private readonly waiting = new Map<string, Set<WakeSignal>>();

  constructor(
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
    @Inject(WEBHOOKS_CONFIG) private readonly config: Pick<WebhooksConfig, 'DATABASE_URL'>,
  ) {}

  onApplicationBootstrap(): void {
    const listening = this.database.whenOpen().then(() =>
      listenToPostgres({
        url: this.config.DATABASE_URL,
        channel: ownerEventsChannel,
        onNotify: (owners) => this.wake(owners),
        onLost: (error) => this.log.warn({ err: error }, 'lost the LISTEN connection for events; polling until it is back'),
        signal: this.lifecycle.stopping,
      }),
    );
    this.lifecycle.onDrain('event feed', () => (this.database.sourceOrNone ? listening : undefined));
  }

  /** Ends when `signal` aborts. Without gaps or repetitions; a client that stays away longer than events are kept misses some. */
  async *watch(ownerId: string, { after, types }: FeedRequest, signal: AbortSignal): AsyncGenerator<FedEvent, void> {
    const wake = new WakeSignal();
    const leave = this.join(ownerId, wake); // before the first read
    try {
      for (let last = after ?? (await this.newest()); !signal.aborted; ) {
        const page = await this.read(ownerId, last);
        for (const event of page) {
          if (signal.aborted) return;
          last = event.sequence;
          if (isWantedEvent(event.type, types)) yield event;
        }
        if (page.length < pageSize) await wake.wait(pollMs, signal);
      }
    } finally {
      leave();
    }
  }

  private async newest(): Promise<number> {
    const [row] = await queryRows<{ newest: string | null }>(
      this.database.source,
      'SELECT max(sequence) AS newest FROM gateway.owner_event',
      [],
    );
    return Number(row?.newest ?? 0);
  }

  private async read(ownerId: string, after: number): Promise<FedEvent[]> {
    const rows = await queryRows<{ sequence: string; type: string; body: string }>(
      this.database.source,
      `SELECT sequence, type, body FROM gateway.owner_event WHERE owner_id = $1 AND sequence > $2 ORDER BY sequence LIMIT ${pageSize}`,
      [ownerId, after],
    );
    return rows.map(({ sequence, ...event }) => ({ sequence: Number(sequence), ...event }));
  }

  /** @param owners undefined after a reconnection: any of them may have new events */
  private wake(owners: string | undefined): void {
    const woken = owners === undefined ? this.waiting.values() : owners.split(' ').map((owner) => this.waiting.get(owner) ?? []);
    for (const signals of woken) for (const signal of signals) signal.notify();
  }

  private join(ownerId: string, wake: WakeSignal): () => void {
    const others = this.waiting.get(ownerId) ?? new Set();
    this.waiting.set(ownerId, others.add(wake));
    return () => {
      others.delete(wake);
      if (others.size === 0 && this.waiting.get(ownerId) === others) this.waiting.delete(ownerId);
    };
  }
}
