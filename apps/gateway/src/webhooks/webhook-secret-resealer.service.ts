import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { runBackgroundLoop, WakeSignal } from '#compute';
import { Database, Lifecycle, Log } from '#platform';
import { queryRows } from '#storage';
import { Sealer } from '../identity/sealer.ts';

const purpose = 'webhook secrets';
const pageSize = 200;
/** A copy that still has the old secret may seal meanwhile. */
const againEveryMs = 300_000;
const beforeAll = '00000000-0000-0000-0000-000000000000';

interface Sealed {
  readonly id: string;
  readonly secret: Buffer;
  readonly previous: Buffer | null;
}

@Injectable() // while the secret of the gateway is being replaced: seals the secrets of webhooks with the new one
export class WebhookSecretResealer implements OnApplicationBootstrap {
  constructor(
    private readonly sealer: Sealer,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.sealer.isReplacing) return;
    const signal = this.lifecycle.stopping;
    let running = Promise.resolve();
    const step = async () => {
      const count = await this.sealAll(signal);
      if (count > 0) this.log.info({ count }, 'sealed secrets of webhooks with the current secret of the gateway');
      return againEveryMs;
    };
    void this.database.whenOpen().then(() => {
      if (!signal.aborted)
        running = runBackgroundLoop({ purpose: 'seal secrets of webhooks again', log: this.log, signal, wake: new WakeSignal(), step });
    });
    this.lifecycle.onDrain('sealing of webhook secrets', () => running);
  }

  /** @returns how many webhooks have been changed */
  private async sealAll(signal: AbortSignal): Promise<number> {
    let changed = 0;
    for (let after = beforeAll, page = await this.page(after); page.length > 0 && !signal.aborted; page = await this.page(after)) {
      for (const row of page) if (await this.sealOne(row)) changed += 1;
      after = page.at(-1)!.id;
    }
    return changed;
  }

  private page(after: string): Promise<Sealed[]> {
    return queryRows<Sealed>(
      this.database.source,
      'SELECT id, sealed_secret AS secret, sealed_previous AS previous FROM gateway.webhook WHERE id > $1 ORDER BY id LIMIT $2',
      [after, pageSize],
    );
  }

  /** Leaves one alone that its owner has given another secret meanwhile; the next round finds it. */
  private async sealOne({ id, secret, previous }: Sealed): Promise<boolean> {
    const sealed = await this.sealer.reseal(purpose, secret, id);
    const sealedPrevious = previous && (await this.sealer.reseal(purpose, previous, id));
    if (!sealed && !sealedPrevious) return false;
    await queryRows(
      this.database.source,
      'UPDATE gateway.webhook SET sealed_secret = $2, sealed_previous = $3 WHERE id = $1 AND sealed_secret = $4 RETURNING id',
      [id, sealed ?? secret, sealedPrevious ?? previous, secret],
    );
    return true;
  }
}
