/**
 * Cuts fragmented MP4 into what HLS plays: one initialisation segment, then media segments, each a movie fragment with its media data. The stream is
 * cut while it is written: one segment is held at a time and the writer is slowed down by a slow reader.
 *
 * @see ISO/IEC 14496-12 §8.8 (movie fragments), RFC 8216 §3.3
 */
import { Failure } from '#contracts/plain';

export interface Fragment {
  readonly kind: 'init' | 'segment';
  readonly bytes: Buffer;
}

/** 10 s at 18 Mbit/s are 23 MB. */
const largestBytes = 128 * 1_048_576;

/**
 * A stream that ends inside a box ends silently: whoever wrote it says why.
 *
 * @throws Failure `internal` when a fragment is larger than `maxBytes`
 */
export async function* fragmentsOf(source: AsyncIterable<Buffer>, maxBytes = largestBytes): AsyncGenerator<Fragment> {
  const queue = new ByteQueue();
  let boxes: Buffer[] = [];
  for await (const chunk of source) {
    queue.push(chunk);
    for (let box = nextBox(queue, maxBytes); box; box = nextBox(queue, maxBytes)) {
      boxes.push(box);
      const kind = endOf[typeOf(box)];
      if (!kind) continue;
      yield { kind, bytes: Buffer.concat(boxes) };
      boxes = [];
    }
  }
}

/** The boxes that end a fragment; others (`ftyp`, `sidx`, `moof`) belong to what follows them. */
const endOf: Readonly<Record<string, Fragment['kind']>> = { moov: 'init', mdat: 'segment' };
const typeOf = (box: Buffer) => box.toString('latin1', 4, 8);

function nextBox(queue: ByteQueue, maxBytes: number): Buffer | undefined {
  if (queue.length < 8) return undefined;
  const sizeBytes = queue.peek(4).readUInt32BE(0);
  if (sizeBytes < 8 || sizeBytes > maxBytes) throw new Failure('internal', `The encoder wrote a box of ${sizeBytes} bytes.`);
  return queue.length < sizeBytes ? undefined : queue.take(sizeBytes);
}

/** Bytes in, bytes out; each is copied once. */
class ByteQueue {
  length = 0;
  #chunks: Buffer[] = [];

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.length += chunk.length;
  }

  peek(count: number): Buffer {
    const [first] = this.#chunks;
    return first && first.length >= count ? first : Buffer.concat(this.#chunks);
  }

  take(count: number): Buffer {
    const all = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    this.#chunks = all.length === count ? [] : [all.subarray(count)];
    this.length -= count;
    return all.subarray(0, count);
  }
}
