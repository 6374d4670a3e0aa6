/**
 * As many clients as there are connections, and each asks again as soon as it has its answer. Written on bare sockets and run in a thread of
 * its own: a client that makes objects stops for its own garbage, and those stops would stand in the p99 of whoever is measured.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { LoadFigures } from './load-figures.ts';

export interface ClosedLoad {
  /** `http:` and without a path */
  readonly url: string;
  /** Asked for in turn. */
  readonly paths: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly seconds: number;
}

/** More than one thread can ask for in a second. */
const mostPerSecond = 200_000;
const headEnd = Buffer.from('\r\n\r\n');
const lengthName = Buffer.from('\r\ncontent-length: ');
const [two, carriageReturn, zero] = [50, 13, 48];

/** What all clients share. */
class Course {
  readonly #requests: readonly Buffer[];
  readonly #latenciesMs: Float64Array;
  readonly endsAtMs: number;
  #asked = 0;
  #answered = 0;
  failed = 0;

  constructor({ url, paths, headers, seconds }: ClosedLoad) {
    const head = Object.entries({ host: new URL(url).host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#requests = paths.map((path) => Buffer.from(`GET ${path} HTTP/1.1\r\n${head.join('')}\r\n`));
    this.#latenciesMs = new Float64Array(Math.ceil(seconds * mostPerSecond));
    this.endsAtMs = performance.now() + 1_000 * seconds;
  }

  nextRequest(): Buffer {
    return this.#requests[this.#asked++ % this.#requests.length] as Buffer;
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

/** One connection. */
class Client {
  readonly #course: Course;
  readonly #socket: Socket;
  /** Bytes of the body that have not come yet; undefined while its head has not. */
  #missing: number | undefined;
  #isGood = false;
  #head: Buffer = Buffer.alloc(0);
  #askedAtMs = 0;

  constructor(course: Course, url: string, buffer: Buffer) {
    const { hostname, port } = new URL(url);
    this.#course = course;
    const onread = { buffer, callback: (length: number) => this.#read(buffer.subarray(0, length)) };
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true, onread }, () => this.#ask());
  }

  /** Fulfilled when this client has had its last answer. */
  async ended(): Promise<void> {
    try {
      await once(this.#socket, 'close');
    } catch {
      this.#course.failed += 1;
    }
  }

  #ask(): void {
    const now = performance.now();
    if (now >= this.#course.endsAtMs) return void this.#socket.destroy();
    this.#askedAtMs = now;
    this.#socket.write(this.#course.nextRequest());
  }

  #read(chunk: Buffer): boolean {
    const missing = this.#missing === undefined ? this.#readHead(chunk) : this.#missing - chunk.length;
    if (missing === undefined || missing > 0) {
      this.#missing = missing;
      return true;
    }
    this.#missing = undefined;
    this.#course.answered(this.#isGood, performance.now() - this.#askedAtMs);
    this.#ask();
    return true;
  }

  /** @returns how much of the body is missing; undefined when the head is not whole yet */
  #readHead(chunk: Buffer): number | undefined {
    const bytes = this.#head.length > 0 ? Buffer.concat([this.#head, chunk]) : chunk;
    const end = bytes.indexOf(headEnd);
    if (end < 0) {
      this.#head = Buffer.from(bytes); // the buffer belongs to all clients
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
  const course = new Course(load);
  const buffer = Buffer.alloc(64 * 1024);
  await Promise.all(Array.from({ length: load.connections }, () => new Client(course, load.url, buffer).ended()));
  return course.figures(load.seconds);
}

/** Runs a load in a thread of its own. */
export async function closedLoad(load: ClosedLoad): Promise<LoadFigures> {
  const worker = new Worker(new URL(import.meta.url), { workerData: load, resourceLimits: { maxYoungGenerationSizeMb: 64 } });
  const [figures] = (await once(worker, 'message')) as [LoadFigures];
  await worker.terminate();
  return figures;
}

if (!isMainThread) parentPort?.postMessage(await drive(workerData as ClosedLoad));
