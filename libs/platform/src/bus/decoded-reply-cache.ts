/**
 * Decoded replies by their bytes. Repeated requests mostly get the same reply byte for byte; decoding and checking it again gives the same value.
 * Every call is still made, and the bytes that arrive decide (`npm run bench -- edge`).
 */
import { crc32 } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import { Counter } from 'prom-client';
import type { ReplyOf, Rpc } from '#contracts';
import { freezeReply } from './presented-reply-memo.ts';

interface Known {
  readonly contract: Rpc;
  readonly json: Buffer;
  readonly reply: object;
}

/** Shorter ones are read as quickly as they are looked up; longer ones would push out too many others. */
const worthBytes = { min: 128, max: 64 * 1_024 } as const;
/** What a reply takes, for each byte of it: the value, and what is made of it on its way out. */
const costPerByte = 8;
/** A reply is kept when it arrives for the second time, by a fingerprint in this many places: most never do. */
const seenPlaces = 4_096;

let hits = 0;
new Counter({
  name: 'rpc_client_replies_known_total',
  help: 'Replies that had arrived before, byte for byte, and were not read again.',
  collect() {
    this.inc(hits);
    hits = 0;
  },
});

export class DecodedReplyCache {
  /** By fingerprint; the bytes themselves decide. */
  readonly #known: LRUCache<number, Known> | undefined;
  readonly #seen = new Int32Array(seenPlaces);

  /** @param maxBytes by estimate; 0 keeps nothing */
  constructor(maxBytes: number) {
    if (maxBytes > 0) this.#known = new LRUCache({ maxSize: maxBytes, sizeCalculation: ({ json }) => costPerByte * json.length });
  }

  /** What `json` says, by `read` unless that is known. A value given out more than once is frozen, all the way down. */
  read<C extends Rpc>(contract: C, json: Buffer, read: () => ReplyOf<C>): ReplyOf<C> {
    if (!this.#known || json.length < worthBytes.min || json.length > worthBytes.max) return read();
    const print = crc32(json) | 0;
    const known = this.#known.get(print);
    if (known?.contract === contract && known.json.equals(json)) {
      hits += 1;
      return known.reply as ReplyOf<C>;
    }
    const reply = read();
    if (typeof reply === 'object' && reply !== null && this.#cameBefore(print))
      this.#known.set(print, { contract, json: Buffer.from(json), reply: freezeReply(reply) });
    return reply;
  }

  #cameBefore(print: number): boolean {
    const place = print & (seenPlaces - 1);
    if (this.#seen[place] === print) return true;
    this.#seen[place] = print;
    return false;
  }
}
