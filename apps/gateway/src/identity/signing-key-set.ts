import type { KeyObject } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { JWK } from 'jose';
import { Gauge } from 'prom-client';
import { Failure } from '#contracts';
import { Database, Dependencies, Lifecycle, Log } from '#platform';
import { GatewaySecret } from './gateway-secret.ts';
import { IDENTITY_CONFIG, type IdentityConfig } from './identity.config.ts';
import { type SigningKeyRow, SigningKeyStore } from './signing-key.store.ts';
import { currentSigningKey, newSigningKey, openSigningKey, resealed, type Secrets, type SigningKey, someKeyOpens } from './signing-key.ts';

let signsSinceMs: number | undefined;
new Gauge({
  name: 'gateway_signing_key_age_seconds',
  help: 'How long the current key has been signing access tokens; 0 until the keys are loaded.',
  collect() {
    this.set(signsSinceMs === undefined ? 0 : (Date.now() - signsSinceMs) / 1_000);
  },
});

/** Other instances may add keys: maximum age of the loaded set, and minimum interval between reloads for an unknown kid. */
const freshForMs = 60_000;
const lookAgainAfterMs = 5_000;

/** The database was encrypted with another secret. Continuing would make this data permanently unreadable. */
export class ForeignKeysError extends Error {
  override readonly name = 'ForeignKeysError';
  constructor() {
    super(
      'The signing keys in the database cannot be decrypted with the secret of this gateway: set GATEWAY_KEY_SECRET (or the file at GATEWAY_KEY_PATH) to the ' +
        'original secret, or set GATEWAY_KEY_RESET=true to create new keys and discard all data encrypted with the old secret.',
    );
  }
}

/** Keys that sign and verify access tokens: generated at the first start, stored encrypted in the database, shared by all instances. */
@Injectable()
export class SigningKeySet implements OnApplicationBootstrap {
  private keys: ReadonlyMap<string, SigningKey> = new Map();
  private loadedAtMs = 0;
  private loading: Promise<void> | undefined;

  constructor(
    private readonly store: SigningKeyStore,
    private readonly secret: GatewaySecret,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
    @Inject(IDENTITY_CONFIG) private readonly config: IdentityConfig,
    dependencies: Dependencies,
  ) {
    dependencies.add({ name: 'signing-keys', required: true, check: () => (this.keys.size > 0 ? undefined : this.freshen(freshForMs)) });
  }

  /** In the background, because the gateway starts without its database. */
  onApplicationBootstrap(): void {
    this.database
      .whenOpen()
      .then(() => this.load())
      .catch((error: unknown) => this.log.warn({ err: error }, 'failed to load the signing keys; retrying at the next use'));
  }

  /** @throws Failure service-unavailable while no key is available */
  async signing(): Promise<{ kid: string; privateKey: KeyObject }> {
    await this.freshen(freshForMs);
    const key = currentSigningKey([...this.keys.values()]);
    if (!key?.privateKey) throw new Failure('service-unavailable', 'No signing key is available yet.', { retryAfterSeconds: 2 });
    return { kid: key.kid, privateKey: key.privateKey };
  }

  /** Creates a key that signs after `signsInSeconds`; older keys retire then. @returns the new key */
  async rotate(signsInSeconds: number): Promise<SigningKeyRow> {
    const secrets = { current: await this.secret.read(), previous: this.secret.previous };
    const signsFrom = new Date(Date.now() + signsInSeconds * 1_000);
    const rows = await this.store.changeIfNeeded(async (existing) => {
      this.refuseForeign(existing, secrets);
      return { add: await newSigningKey(secrets.current, signsFrom), retire: existing.map(({ kid }) => kid) };
    });
    this.keep(rows, secrets);
    return rows[0]!;
  }

  /** The key with this kid; undefined when unknown. Reloads the keys for an unknown kid, with rate limiting. */
  async verifying(kid: string): Promise<KeyObject | undefined> {
    if (!this.keys.has(kid)) await this.freshen(lookAgainAfterMs);
    return this.keys.get(kid)?.publicKey;
  }

  /** Public halves only (RFC 7517). */
  async jwks(): Promise<{ keys: JWK[] }> {
    await this.freshen(freshForMs);
    return { keys: [...this.keys.values()].map(({ publicJwk }) => publicJwk) };
  }

  /** @throws Failure service-unavailable when no keys are loaded */
  private async freshen(maxAgeMs: number): Promise<void> {
    if (Date.now() - this.loadedAtMs < maxAgeMs) return;
    try {
      await this.load();
    } catch (error) {
      if (this.keys.size === 0) throw notLoaded(error);
      this.loadedAtMs = Date.now() - freshForMs + lookAgainAfterMs;
      this.log.warn({ err: error }, 'failed to reload the signing keys; continuing with those loaded before');
    }
  }

  private load(): Promise<void> {
    this.loading ??= this.readOrMake().finally(() => {
      this.loading = undefined;
    });
    return this.loading;
  }

  private async readOrMake(): Promise<void> {
    await this.store.forget(new Date(Date.now() - this.verifiesForMs));
    const before = await this.store.all();
    const secrets = { current: await this.secretFor(before), previous: this.secret.previous };
    if (someKeyOpens(before, secrets)) {
      await this.sealAgain(before, secrets);
      return this.keep(before, secrets);
    }
    const rows = await this.store.changeIfNeeded(async (existing) => {
      if (someKeyOpens(existing, secrets)) return undefined;
      this.refuseForeign(existing, secrets);
      return { add: await newSigningKey(secrets.current, new Date()), retire: existing.map(({ kid }) => kid) };
    });
    this.keep(rows, secrets);
  }

  /** At every load: a copy that still has the old secret may have sealed meanwhile. */
  private async sealAgain(rows: readonly SigningKeyRow[], secrets: Secrets): Promise<void> {
    for (const row of rows) {
      const sealed = resealed(row, secrets);
      if (sealed) await this.store.reseal(row, sealed);
    }
  }

  /** Generates a secret only for a database without keys, or when the operator resets them. */
  private async secretFor(existing: readonly SigningKeyRow[]): Promise<Buffer> {
    if (existing.length === 0 || this.config.GATEWAY_KEY_RESET) return this.secret.findOrMake();
    return (await this.secret.find()) ?? this.stop();
  }

  private refuseForeign(existing: readonly SigningKeyRow[], secrets: Secrets): void {
    if (existing.length > 0 && !this.config.GATEWAY_KEY_RESET && !someKeyOpens(existing, secrets)) this.stop();
  }

  private stop(): never {
    const error = new ForeignKeysError();
    this.lifecycle.fail(error);
    throw error;
  }

  private keep(rows: readonly SigningKeyRow[], secrets: Secrets): void {
    this.keys = new Map(rows.map((row) => [row.kid, openSigningKey(row, secrets)]));
    this.loadedAtMs = Date.now();
    signsSinceMs = currentSigningKey([...this.keys.values()])?.signsFromMs;
  }

  /** A retired key is kept until the last token it signed has expired. */
  private get verifiesForMs(): number {
    return this.config.GATEWAY_ACCESS_TOKEN_SECONDS * 1_000 + freshForMs;
  }
}

const notLoaded = (cause: unknown) =>
  cause instanceof Failure
    ? cause
    : new Failure('service-unavailable', 'The signing keys are not loaded.', { retryAfterSeconds: 2, cause });
