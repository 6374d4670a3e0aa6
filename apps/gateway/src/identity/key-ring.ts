import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { Failure } from '#contracts';
import { Database, Log } from '#platform';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.ts';
import { keySecret } from './key-secret.ts';
import { seal, unseal } from './sealed.ts';
import { type SigningKeyRow, SigningKeyStore } from './signing-key.store.ts';

interface RingKey {
  readonly kid: string;
  readonly publicKey: KeyObject;
  readonly publicJwk: JWK;
  /** Absent: sealed with a secret we do not have, so it verifies but cannot sign. */
  readonly privateKey: KeyObject | undefined;
  readonly signsFromMs: number;
  readonly retiresAtMs: number;
}

/** Other copies may add keys: how old our picture of them may get, and how often a kid nobody knows may make us look again. */
const freshForMs = 60_000;
const lookAgainAfterMs = 5_000;
const generate = promisify(generateKeyPair);

/** The keys that sign and verify access tokens: made at the first start, kept sealed in the database, shared by all copies. */
@Injectable()
export class KeyRing implements OnApplicationBootstrap {
  private keys: ReadonlyMap<string, RingKey> = new Map();
  private loadedAtMs = 0;
  private loading: Promise<void> | undefined;
  private secret: Promise<Buffer> | undefined;

  constructor(
    private readonly store: SigningKeyStore,
    private readonly database: Database,
    private readonly log: Log,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  /** In the background: the gateway starts without its database, and without keys nobody can log in anyway. */
  onApplicationBootstrap(): void {
    this.database
      .whenOpen()
      .then(() => this.load())
      .catch((error: unknown) => this.log.warn({ err: error }, 'the signing keys are not there yet'));
  }

  /** @throws Failure service-unavailable while there is no key to be had */
  async signing(): Promise<{ kid: string; privateKey: KeyObject }> {
    await this.freshen(freshForMs);
    const key = signingKeyOf([...this.keys.values()]);
    if (!key?.privateKey) throw new Failure('service-unavailable', 'There is no signing key yet.', { retryAfterSeconds: 2 });
    return { kid: key.kid, privateKey: key.privateKey };
  }

  /** Makes a key that signs after `signsInSeconds`; those before it retire then. @returns all keys, newest first */
  async rotate(signsInSeconds: number): Promise<SigningKeyRow[]> {
    const secret = await this.secretOnce();
    const signsFrom = new Date(Date.now() + signsInSeconds * 1_000);
    const rows = await this.store.changeIfNeeded(async (existing) => ({
      add: await newKey(secret, signsFrom),
      retire: existing.map(({ kid }) => kid),
    }));
    this.keep(rows, secret);
    return rows;
  }

  /** The key a token names; undefined when it is none of ours. Looks again, not too often, before it says so. */
  async verifying(kid: string): Promise<KeyObject | undefined> {
    if (!this.keys.has(kid)) await this.freshen(lookAgainAfterMs);
    return this.keys.get(kid)?.publicKey;
  }

  /** Public halves only (RFC 7517). */
  async jwks(): Promise<{ keys: JWK[] }> {
    await this.freshen(freshForMs);
    return { keys: [...this.keys.values()].map(({ publicJwk }) => publicJwk) };
  }

  /** @throws Failure service-unavailable when there is nothing to fall back on */
  private async freshen(maxAgeMs: number): Promise<void> {
    if (Date.now() - this.loadedAtMs < maxAgeMs) return;
    try {
      await this.load();
    } catch (error) {
      if (this.keys.size === 0) throw error;
      this.loadedAtMs = Date.now() - freshForMs + lookAgainAfterMs;
      this.log.warn({ err: error }, 'the signing keys could not be read again; the ones we have go on');
    }
  }

  private load(): Promise<void> {
    this.loading ??= this.readOrMake().finally(() => {
      this.loading = undefined;
    });
    return this.loading;
  }

  private secretOnce(): Promise<Buffer> {
    this.secret ??= keySecret({ given: this.config.GATEWAY_KEY_SECRET, path: this.config.GATEWAY_KEY_PATH });
    return this.secret;
  }

  private async readOrMake(): Promise<void> {
    const secret = await this.secretOnce();
    const canSign = (rows: SigningKeyRow[]) => rows.some((row) => row.retiredAt === null && openKey(row, secret).privateKey !== undefined);
    await this.store.forget(new Date(Date.now() - this.verifiesForMs));
    let rows = await this.store.all();
    if (!canSign(rows)) {
      if (rows.length > 0) this.log.warn({}, 'no signing key opens with our secret; making a new one, the others still verify');
      rows = await this.store.changeIfNeeded(async (existing) =>
        canSign(existing) ? undefined : { add: await newKey(secret, new Date()), retire: existing.map(({ kid }) => kid) },
      );
    }
    this.keep(rows, secret);
  }

  private keep(rows: readonly SigningKeyRow[], secret: Buffer): void {
    this.keys = new Map(rows.map((row) => [row.kid, openKey(row, secret)]));
    this.loadedAtMs = Date.now();
  }

  /** A retired key is needed until the last token it signed has expired. */
  private get verifiesForMs(): number {
    return this.config.GATEWAY_ACCESS_TOKEN_SECONDS * 1_000 + freshForMs;
  }
}

/** The newest one whose time has come. */
function signingKeyOf(keys: readonly RingKey[], nowMs = Date.now()): RingKey | undefined {
  const ready = keys.filter(({ privateKey, signsFromMs, retiresAtMs }) => privateKey && signsFromMs <= nowMs && nowMs < retiresAtMs);
  return ready.sort((a, b) => b.signsFromMs - a.signsFromMs)[0];
}

function openKey({ kid, publicJwk, sealedPrivate, signsFrom, retiredAt }: SigningKeyRow, secret: Buffer): RingKey {
  const der = unseal(sealedPrivate, secret, kid);
  return {
    kid,
    publicJwk: { ...(publicJwk as JWK), kid, use: 'sig', alg: 'RS256' },
    publicKey: createPublicKey({ key: publicJwk, format: 'jwk' }),
    privateKey: der && createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }),
    signsFromMs: signsFrom.getTime(),
    retiresAtMs: retiredAt?.getTime() ?? Number.POSITIVE_INFINITY,
  };
}

/** The kid is the key's own thumbprint (RFC 7638), so it says nothing and cannot collide. */
async function newKey(secret: Buffer, signsFrom: Date): Promise<SigningKeyRow> {
  const { publicKey, privateKey } = await generate('rsa', { modulusLength: 2_048 });
  const publicJwk = publicKey.export({ format: 'jwk' });
  const kid = await calculateJwkThumbprint(publicJwk as JWK);
  const sealedPrivate = seal(privateKey.export({ format: 'der', type: 'pkcs8' }), secret, kid);
  return { kid, publicJwk, sealedPrivate, createdAt: new Date(), signsFrom, retiredAt: null };
}
