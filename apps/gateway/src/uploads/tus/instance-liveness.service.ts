import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Database, Lifecycle, Log } from '#platform';
import { keepPresence } from '#storage';
import { RESUMABLE_CONFIG, type ResumableConfig } from './resumable.config.ts';

@Injectable() // holds this process's liveness lock, so that the other copies take over its uploads as soon as it is gone
export class InstanceLiveness implements OnApplicationBootstrap {
  /** Undefined while the lock is not held: leases taken then end only by their time. */
  id: number | undefined;

  constructor(
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
    @Inject(RESUMABLE_CONFIG) private readonly config: ResumableConfig,
  ) {}

  onApplicationBootstrap(): void {
    const leaving = new AbortController();
    const { signal } = leaving;
    const gone = this.database.whenOpen().then(() => this.keep(signal));
    this.lifecycle.onClose('instance liveness', async () => {
      leaving.abort();
      if (this.database.sourceOrNone) await gone;
    });
  }

  private keep(signal: AbortSignal): Promise<void> {
    return keepPresence({
      url: this.config.DATABASE_URL,
      name: 'gateway liveness',
      onChange: (id) => {
        this.id = id;
      },
      onLost: (error) => this.log.warn({ err: error }, 'lost the connection that holds the liveness lock'),
      signal,
    });
  }
}
