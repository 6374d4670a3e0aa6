/**
 * Closed-loop load: each client sends its next request as soon as it has the response. It uses raw sockets in a separate thread and allocates no
 * objects per request, because its own garbage collection would distort the measured p99.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { LoadFigures } from './paced-load.ts';

export interface ClosedLoad {
  /** `http:` URL without a path */
  readonly url: string;
  /** Requested in turn. */
  readonly paths: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly seconds: number;
}

/** Above the maximum rate of one thread. */
const maxPerSecond = 200_000;
const headEnd = Buffer.from('\r\n\r\n');
const lengthName = Buffer.from('\r\ncontent-length: ');
const [two, carriageReturn, zero] = [50, 13, 48];

/** State shared by all clients. */
class LoadState {
  readonly #requests: readonly Buffer[];
  readonly #latenciesMs: Float64Array;
  readonly endsAtMs: number;
  #sent = 0;
  #answered = 0;
  failed = 0;

  constructor({ url, paths, headers, seconds }: ClosedLoad) {
    const head = Object.entries({ host: new URL(url).host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#requests = paths.map((path) => Buffer.from(`GET ${path} HTTP/1.1\r\n${head.join('')}\r\n`));
    this.#latenciesMs = new Float64Array(Math.ceil(seconds * maxPerSecond));
    this.endsAtMs = performance.now() + 1_000 * seconds;
  }

  nextRequest(): Buffer {
    return this.#requests[this.#sent++ % this.#requests.length] as Buffer;
  }

  answered(isGood: boolean, latencyMs: number): void {
    if (isGood) this.#latenciesMs[this.#answered++] = latencyMs;
    else this.failed += 1;
  }

  figures(seconds: number): LoadFigures {
    const latenciesMs = this.#latenciesMs.slice(0, this.#answered).sort();
    return { perSecond: this.#answered / seconds, failed: this.failed, latenciesMs };
  }
}

/** A client with one connection. */
class Client {
  readonly #state: LoadState;
  readonly #socket: Socket;
  /** Bytes of the body that have not arrived; undefined before the end of the head. */
  #missing: number | undefined;
  #isGood = false;
  #head: Buffer = Buffer.alloc(0);
  #sentAtMs = 0;

  constructor(state: LoadState, url: string, buffer: Buffer) {
    const { hostname, port } = new URL(url);
    this.#state = state;
    const onread = { buffer, callback: (length: number) => this.#read(buffer.subarray(0, length)) };
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true, onread }, () => this.#ask());
  }

  /** Resolves after the last response of this client. */
  async ended(): Promise<void> {
    try {
      await once(this.#socket, 'close');
    } catch {
      this.#state.failed += 1;
    }
  }

  #ask(): void {
    const now = performance.now();
    if (now >= this.#state.endsAtMs) return void this.#socket.destroy();
    this.#sentAtMs = now;
    this.#socket.write(this.#state.nextRequest());
  }

  #read(chunk: Buffer): boolean {
    const missing = this.#missing === undefined ? this.#readHead(chunk) : this.#missing - chunk.length;
    if (missing === undefined || missing > 0) {
      this.#missing = missing;
      return true;
    }
    this.#missing = undefined;
    this.#state.answered(this.#isGood, performance.now() - this.#sentAtMs);
    this.#ask();
    return true;
  }

  /** @returns the missing bytes of the body; undefined before the end of the head */
  #readHead(chunk: Buffer): number | undefined {
    const bytes = this.#head.length > 0 ? Buffer.concat([this.#head, chunk]) : chunk;
    const end = bytes.indexOf(headEnd);
    if (end < 0) {
      this.#head = Buffer.from(bytes); // the read buffer is shared by all clients
      return undefined;
    }
    if (this.#head.length > 0) this.#head = Buffer.alloc(0);
    this.#isGood = bytes[9] === two;
    return end + headEnd.length + contentLength(bytes) - bytes.length;
  }
}

function contentLength(bytes: Buffer): number {
  let at = bytes.indexOf(lengthName) + lengthName.length;
  let length = 0;
  for (; bytes[at] !== carriageReturn; at++) length = length * 10 + (bytes[at] as number) - zero;
  return length;
}

async function drive(load: ClosedLoad): Promise<LoadFigures> {
  const state = new LoadState(load);
  const buffer = Buffer.alloc(64 * 1024);
  await Promise.all(Array.from({ length: load.connections }, () => new Client(state, load.url, buffer).ended()));
  return state.figures(load.seconds);
}

/** Runs a load in a separate thread. */
export async function closedLoad(load: ClosedLoad): Promise<LoadFigures> {
  const worker = new Worker(new URL(import.meta.url), { workerData: load, resourceLimits: { maxYoungGenerationSizeMb: 64 } });
  const [figures] = (await once(worker, 'message')) as [LoadFigures];
  await worker.terminate();
  return figures;
}

if (!isMainThread) parentPort?.postMessage(await drive(workerData as ClosedLoad));
