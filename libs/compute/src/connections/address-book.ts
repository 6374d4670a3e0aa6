/** DNS answers, kept as long as their TTL says and checked before each use as a new answer. */
import { promises as dns } from 'node:dns';
import type { Clock } from '../clock.ts';
import { type Destination, findDestination, type OutboundPolicy } from '../outbound/destination.ts';

export interface NameRecords {
  readonly addresses: readonly string[];
  readonly ttlSeconds: number;
}

/** Resolves a name. @throws when there are no addresses or the query fails */
export type ResolveRecords = (hostname: string, signal: AbortSignal) => Promise<NameRecords>;

/** A name with a TTL of 0 is asked for at most once a second; one that promises a year is asked for again after five minutes. */
const ttlBoundsMs = { min: 1_000, max: 300_000 };
const lookupMs = 5_000;

/** By DNS only, not by /etc/hosts. */
export const systemRecords: ResolveRecords = async (hostname, signal) => {
  const resolver = new dns.Resolver({ timeout: 2_000, tries: 2 });
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const answers = await Promise.allSettled([resolver.resolve4(hostname, { ttl: true }), resolver.resolve6(hostname, { ttl: true })]);
    const records = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (records.length === 0 && answers[0].status === 'rejected') throw answers[0].reason;
    return { addresses: records.map(({ address }) => address), ttlSeconds: Math.min(...records.map(({ ttl }) => ttl)) };
  } finally {
    signal.removeEventListener('abort', cancel);
  }
};

/** The addresses of one endpoint. */
export class AddressBook {
  readonly #url: URL;
  readonly #policy: OutboundPolicy;
  readonly #resolve: ResolveRecords;
  readonly #clock: Clock;
  #known: { destination: Destination; untilMs: number } | undefined;
  #lookup: Promise<Destination> | undefined;

  constructor(url: URL, policy: OutboundPolicy, resolve: ResolveRecords, clock: Clock) {
    this.#url = url;
    this.#policy = policy;
    this.#resolve = resolve;
    this.#clock = clock;
  }

  /**
   * The same object until the addresses change.
   *
   * @throws Failure `address-refused` when any of the addresses is not allowed; `remote-unreachable` when there are none
   */
  find(): Promise<Destination> {
    if (this.#known && this.#clock.nowMs() < this.#known.untilMs) return Promise.resolve(this.#known.destination);
    this.#lookup ??= this.#ask().finally(() => {
      this.#lookup = undefined;
    });
    return this.#lookup;
  }

  async #ask(): Promise<Destination> {
    let ttlMs = ttlBoundsMs.max; // of an address that needs no DNS
    const resolve = async (hostname: string, signal: AbortSignal) => {
      const { addresses, ttlSeconds } = await this.#resolve(hostname, signal);
      ttlMs = Math.min(ttlBoundsMs.max, Math.max(ttlBoundsMs.min, ttlSeconds * 1_000));
      return [...addresses].sort();
    };
    const found = await findDestination(this.#url, this.#policy, resolve, AbortSignal.timeout(lookupMs));
    const before = this.#known?.destination;
    const destination = before && String(before.addresses) === String(found.addresses) ? before : found;
    this.#known = { destination, untilMs: this.#clock.nowMs() + ttlMs };
    return destination;
  }
}
