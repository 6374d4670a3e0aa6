import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { runBackgroundLoop, WakeSignal } from '#compute';
import { Database, Lifecycle, Log } from '#platform';
import { ApiKeyStore } from './api-key.store.ts';
import { EndListeners } from './end-listeners.ts';

/** Maximum time until another instance rejects a revoked key. */
const lookEveryMs = 5_000;

/** Detects that an API key of a running response was revoked or has expired; polls only watched keys. */
@Injectable()
export class RevokedApiKeys implements OnApplicationBootstrap {
  private readonly listeners = new EndListeners();

  constructor(
    private readonly store: ApiKeyStore,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
  ) {}

  watch(apiKeyId: string, ended: () => void): () => void {
    return this.listeners.add(apiKeyId, ended);
  }

  /** Called when this process revokes a key. */
  add(apiKeyId: string): void {
    this.listeners.tell([apiKeyId]);
  }

  onApplicationBootstrap(): void {
    const step = async () => {
      await this.look();
      return lookEveryMs;
    };
    const run = () =>
      runBackgroundLoop({
        purpose: 'look for revoked API keys',
        log: this.log,
        signal: this.lifecycle.stopping,
        wake: new WakeSignal(),
        step,
      });
    const running = this.database.whenOpen().then(run);
    this.lifecycle.onDrain('revoked API keys', () => (this.database.sourceOrNone ? running : undefined));
  }

  private async look(): Promise<void> {
    const watched = this.listeners.ids;
    if (watched.length === 0) return;
    const valid = await this.store.valid(watched);
    this.listeners.tell(watched.filter((id) => !valid.has(id)));
  }
}
