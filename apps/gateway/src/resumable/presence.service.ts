import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Database, Lifecycle, Log } from '#platform';
import { keepPresence } from '#storage';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.ts';

@Injectable() // shows the other copies that this one lives, so that they need not wait for what it held when it does not
export class Presence implements OnApplicationBootstrap {
  /** Undefined while nobody can see us: what we take then is given up by its lease alone. */
  id: number | undefined;

  constructor(
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  onApplicationBootstrap(): void {
    const leaving = new AbortController();
    const { signal } = leaving;
    const gone = this.database.whenOpen().then(() => this.keep(signal));
    this.lifecycle.onClose('presence', async () => {
      leaving.abort();
      if (this.database.sourceOrNone) await gone;
    });
  }

  private keep(signal: AbortSignal): Promise<void> {
    return keepPresence({
      url: this.config.DATABASE_URL,
      name: 'gateway presence',
      onChange: (id) => {
        this.id = id;
      },
      onLost: (error) => this.log.warn({ err: error }, 'lost the connection that shows that this gateway lives'),
      signal,
    });
  }
}
