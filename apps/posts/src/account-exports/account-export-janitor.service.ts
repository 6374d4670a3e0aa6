import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { runBackgroundLoop, WakeSignal } from '#compute';
import { Database, Lifecycle, Log } from '#platform';
import { AccountExportStore } from './account-export.store.ts';

const everyMs = 60_000;

@Injectable() // lets the files of failed and cancelled account exports go, and removes those whose time is over. Runs on every copy.
export class AccountExportJanitor implements OnApplicationBootstrap {
  constructor(
    private readonly exports: AccountExportStore,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    const { stopping: signal } = this.lifecycle;
    const step = async () => {
      await this.exports.releaseAbandoned();
      await this.exports.removeExpired();
      return everyMs;
    };
    const loop = {
      purpose: 'release files of account exports that have failed or expired',
      log: this.log,
      signal,
      wake: new WakeSignal(),
      step,
    };
    const running = this.database.whenOpen().then(() => runBackgroundLoop(loop));
    this.lifecycle.onDrain('account export janitor', () => (this.database.sourceOrNone ? running : undefined));
  }
}
