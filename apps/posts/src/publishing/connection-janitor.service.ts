import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { runBackgroundLoop, WakeSignal } from '#compute';
import { Database, Lifecycle, Log } from '#platform';
import { AccountStore } from './account.store.ts';
import { ConnectionStore } from './connection.store.ts';
import { TokenSealer } from './token-sealer.service.ts';

const everyMs = 60_000;

@Injectable() // removes connections that nobody completed or confirmed in time, with the tokens in them, and tokens that no account uses; seals tokens again while the secret is being replaced
export class ConnectionJanitor implements OnApplicationBootstrap {
  constructor(
    private readonly connections: ConnectionStore,
    private readonly accounts: AccountStore,
    private readonly sealer: TokenSealer,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    const { log, lifecycle } = this;
    const step = async () => {
      await this.connections.removeExpired();
      await this.accounts.removeUnusedGrants();
      if (this.sealer.isReplacing) await this.accounts.resealGrants((sealed, id) => this.sealer.reseal(sealed, id));
      return everyMs;
    };
    const running = this.database.whenOpen().then(async () => {
      if (!this.database.sourceOrNone) return;
      await runBackgroundLoop({ purpose: 'remove expired connections', log, signal: lifecycle.stopping, wake: new WakeSignal(), step });
    });
    this.lifecycle.onDrain('expired connections', async () => {
      if (this.database.sourceOrNone) await running;
    });
  }
}
