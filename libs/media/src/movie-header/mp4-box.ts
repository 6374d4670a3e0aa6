/** Boxes of a table of contents (`moov`) in memory. @see ISO/IEC 14496-12:2022 §4.2 */
import { UnusualFile } from './picture-format.ts';

/** Of one movie, with its tracks. */
const mostBoxes = 5_000;

export class Mp4Box {
  readonly type: string;
  readonly body: Buffer;
  readonly #count: { boxes: number };

  constructor(type: string, body: Buffer, count = { boxes: 0 }) {
    this.type = type;
    this.body = body;
    this.#count = count;
  }

  /** @param skippedBytes in front of the first one @throws UnusualFile for bytes that are no box, and for too many boxes */
  children(skippedBytes = 0): Mp4Box[] {
    const found: Mp4Box[] = [];
    for (let at = skippedBytes; at + 8 <= this.body.length; ) {
      const size = this.body.readUInt32BE(at);
      if (size === 0 && at + 8 >= this.body.length - 4) break; // QuickTime ends user data with four zero bytes
      if (size < 8 || at + size > this.body.length) throw new UnusualFile('not a box');
      if (++this.#count.boxes > mostBoxes) throw new UnusualFile('too many boxes');
      found.push(new Mp4Box(this.body.toString('latin1', at + 4, at + 8), this.body.subarray(at + 8, at + size), this.#count));
      at += size;
    }
    return found;
  }

  /** The child with this name. @throws UnusualFile for a second one */
  find(type: string, skippedBytes = 0): Mp4Box | undefined {
    const found = this.children(skippedBytes).filter((child) => child.type === type);
    if (found.length > 1) throw new UnusualFile(`several boxes ${type}`);
    return found[0];
  }

  /** @param path names of boxes, from child to grandchild @throws UnusualFile where one is missing */
  at(...path: readonly string[]): Mp4Box {
    return path.reduce<Mp4Box>((box, type) => {
      const child = box.find(type);
      if (!child) throw new UnusualFile(`no box ${type}`);
      return child;
    }, this);
  }

  get version(): number {
    return this.body.readUInt8(0);
  }

  /** Entries of a table behind version and flags: a count, then entries of so many bytes. @throws UnusualFile when bytes are missing */
  table(entryBytes: number): { readonly count: number; readonly entries: DataView } {
    const count = this.body.readUInt32BE(4);
    if (8 + count * entryBytes > this.body.length) throw new UnusualFile('a table is cut');
    const { buffer, byteOffset } = this.body;
    return { count, entries: new DataView(buffer, byteOffset + 8, count * entryBytes) };
  }
}
