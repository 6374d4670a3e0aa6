/** Elements of EBML in memory: the children of one master element, by their ids. @see RFC 8794 §4–§7 */
import { headerAt } from '../containers/matroska.ts';
import { UnusualFile } from '../movie-header/picture-format.ts';

/** Of one master element. A file of a hundred chapters has some hundred. */
const mostChildren = 4_096;
const [voidElement, checksum] = [0xec, 0xbf];

export class EbmlMaster {
  readonly #children = new Map<number, Buffer[]>();

  /** @throws UnusualFile for elements of unknown size, that end outside, or that are too many */
  constructor(body: Buffer) {
    let left = mostChildren;
    for (let at = 0; at < body.length; ) {
      const element = headerAt(body.subarray(at, at + 12), at);
      if (element?.end === undefined || element.end > body.length || left-- === 0) throw new UnusualFile('an element that does not fit');
      if (element.id !== voidElement && element.id !== checksum) this.#add(element.id, body.subarray(element.bodyAt, element.end));
      at = element.end;
    }
  }

  #add(id: number, body: Buffer): void {
    const known = this.#children.get(id);
    if (known) known.push(body);
    else this.#children.set(id, [body]);
  }

  ids(): Iterable<number> {
    return this.#children.keys();
  }

  /** In order. */
  all(id: number): readonly Buffer[] {
    return this.#children.get(id) ?? [];
  }

  masters(id: number): EbmlMaster[] {
    return this.all(id).map((body) => new EbmlMaster(body));
  }

  /** @throws UnusualFile where it stands twice */
  bytes(id: number): Buffer | undefined {
    const [body, ...others] = this.all(id);
    if (others.length > 0) throw new UnusualFile('an element that stands twice');
    return body;
  }

  master(id: number): EbmlMaster | undefined {
    const body = this.bytes(id);
    return body && new EbmlMaster(body);
  }

  /** @throws UnusualFile for an empty one, and for more than 53 bits */
  unsigned(id: number): number | undefined {
    const body = this.bytes(id);
    if (body === undefined) return undefined;
    if (body.length === 0 || body.length > 8) throw new UnusualFile('a number of no usual size');
    const value = body.reduce((sum, byte) => sum * 256 + byte, 0);
    if (!Number.isSafeInteger(value)) throw new UnusualFile('a number of more than 53 bits');
    return value;
  }

  float(id: number): number | undefined {
    const body = this.bytes(id);
    if (body === undefined) return undefined;
    if (body.length === 4) return body.readFloatBE(0);
    if (body.length === 8) return body.readDoubleBE(0);
    throw new UnusualFile('a number of no usual size');
  }

  /** Up to the first NUL. */
  text(id: number): string | undefined {
    return this.bytes(id)?.toString('utf8').split('\0', 1)[0];
  }
}
