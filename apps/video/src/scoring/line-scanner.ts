/**
 * Reads a line of the usual form from its bytes, without making an object of it: a flat object of numbers, texts without escapes, `true`,
 * `false` and `null`. Whatever it does not know it leaves to `JSON.parse`, so it never decides that a line is bad.
 */
import { isInRange, longestName, noGroup, type RowSpool, type ScoreFields } from './row-spool.ts';

const [quote, backslash, colon, comma, open, close] = [34, 92, 58, 44, 123, 125];
const [space, minus, point, zero, nine] = [32, 45, 46, 48, 57];
const [letterE, letterF, letterN, letterT] = [101, 102, 110, 116];

/** Decimal digits that a number may have so that they, and the power of ten below, are exact in a double: then the quotient is rounded correctly. */
const exactDigits = 15;
const powersOfTen = Array.from({ length: exactDigits + 1 }, (_, exponent) => 10 ** exponent);

/** What a key stands for: the id, the group, a column (0 and above), or nothing. */
const [ofId, ofGroup, ofNothing] = [-1, -2, -3];

interface Key {
  readonly bytes: Uint8Array;
  readonly role: number;
}

const malformed = -1;

export class LineScanner {
  readonly #bytes: Uint8Array;
  readonly #spool: RowSpool;
  readonly #hasGroups: boolean;
  readonly #columnCount: number;
  /** By length. */
  readonly #keys: (readonly Key[] | undefined)[] = [];
  /** By a hash of their bytes; of two names with the same hash the first one. */
  readonly #groups = new Map<number, { readonly bytes: Uint8Array; readonly group: number }>();
  #number = 0;

  /** @param bytes valid UTF-8 */
  constructor(bytes: Uint8Array, fields: ScoreFields, spool: RowSpool) {
    this.#bytes = bytes;
    this.#spool = spool;
    this.#hasGroups = fields.groupBy !== null;
    this.#columnCount = fields.names.length;
    for (const [role, names] of rolesOf(fields)) this.#addKey(Buffer.from(names), role);
  }

  /** Whether each field has one role only: an object with the rest is read by `JSON.parse`. */
  static knows({ names, groupBy }: ScoreFields): boolean {
    return new Set(['id', ...names, ...(groupBy === null ? [] : [groupBy])]).size === 1 + names.length + (groupBy === null ? 0 : 1);
  }

  #addKey(bytes: Uint8Array, role: number): void {
    this.#keys[bytes.length] = [...(this.#keys[bytes.length] ?? []), { bytes, role }];
  }

  /** Takes the line from `start` to before `end` as a row. @returns false: it is something else, and nothing was taken */
  take(start: number, end: number, line: number): boolean {
    const [bytes, spool] = [this.#bytes, this.#spool];
    for (let column = 0; column < this.#columnCount; column++) spool.setValue(column, Number.NaN);
    let [groupStart, groupEnd, idStart, idEnd] = [0, -1, 0, 0];
    let at = this.#skipSpace(start, end);
    if (bytes[at] !== open) return false;
    do {
      at = this.#skipSpace(at + 1, end);
      if (bytes[at] !== quote) return false;
      const keyStart = at + 1;
      at = this.#stringEnd(keyStart, end);
      if (at === malformed) return false;
      const role = this.#roleOf(keyStart, at);
      at = this.#skipSpace(at + 1, end);
      if (bytes[at] !== colon) return false;
      at = this.#skipSpace(at + 1, end);
      const first = bytes[at]!;
      if (first === quote) {
        const textStart = at + 1;
        at = this.#stringEnd(textStart, end);
        if (at === malformed || role >= 0) return false;
        if (role === ofId) [idStart, idEnd] = [textStart, at];
        else if (role === ofGroup) [groupStart, groupEnd] = [textStart, at];
        at++;
      } else if (first === minus || (first >= zero && first <= nine)) {
        at = this.#readNumber(at, end);
        if (at === malformed || role === ofId || role === ofGroup) return false;
        if (role >= 0) {
          if (!isInRange(this.#number)) return false;
          spool.setValue(role, this.#number);
        }
      } else {
        const isNull = first === letterN;
        at = this.#literalEnd(at, first);
        if (at === malformed || (role !== ofNothing && !(isNull && role !== ofId))) return false;
        if (role >= 0) spool.setValue(role, Number.NaN);
        else if (role === ofGroup) groupEnd = -1;
      }
      at = this.#skipSpace(at, end);
    } while (bytes[at] === comma && at < end);
    if (bytes[at] !== close || this.#skipSpace(at + 1, end) !== end) return false;
    if (idEnd - idStart < 1 || idEnd - idStart > longestName) return false; // bytes: at least as many as UTF-16 units
    if (groupEnd - groupStart > longestName) return false;
    if (this.#hasGroups) spool.setGroup(groupEnd < 0 ? noGroup : this.#groupOf(groupStart, groupEnd));
    spool.setId(bytes, idStart, idEnd);
    spool.commit(line);
    return true;
  }

  /** White space of JSON but for the line feed, which ends the line. */
  #skipSpace(from: number, end: number): number {
    const bytes = this.#bytes;
    let at = from;
    while (at < end && (bytes[at] === space || bytes[at] === 9 || bytes[at] === 13)) at++;
    return at;
  }

  /** Where the closing quote stands. */
  #stringEnd(from: number, end: number): number {
    const bytes = this.#bytes;
    for (let at = from; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === quote) return at;
      if (byte === backslash || byte < space) return malformed;
    }
    return malformed;
  }

  #roleOf(start: number, end: number): number {
    const keys = this.#keys[end - start];
    if (keys === undefined) return ofNothing;
    for (let key = 0; key < keys.length; key++) if (this.#isAt(start, keys[key]!.bytes)) return keys[key]!.role;
    return ofNothing;
  }

  #isAt(start: number, wanted: Uint8Array): boolean {
    const bytes = this.#bytes;
    for (let at = 0; at < wanted.length; at++) if (bytes[start + at] !== wanted[at]) return false;
    return true;
  }

  #readNumber(from: number, end: number): number {
    const bytes = this.#bytes;
    const isNegative = bytes[from] === minus;
    const start = isNegative ? from + 1 : from;
    let [at, value] = [start, 0];
    for (; at < end && isDigit(bytes[at]!); at++) value = value * 10 + bytes[at]! - zero;
    const wholeDigits = at - start;
    if (wholeDigits === 0 || (bytes[start] === zero && wholeDigits > 1)) return malformed;
    let decimals = 0;
    if (at < end && bytes[at] === point) {
      const first = ++at;
      for (; at < end && isDigit(bytes[at]!); at++) value = value * 10 + bytes[at]! - zero;
      decimals = at - first;
      if (decimals === 0) return malformed;
    }
    if (wholeDigits + decimals > exactDigits || (at < end && (bytes[at]! | 32) === letterE)) return malformed;
    const magnitude = decimals === 0 ? value : value / powersOfTen[decimals]!;
    this.#number = isNegative ? -magnitude : magnitude;
    return at;
  }

  #literalEnd(at: number, first: number): number {
    const word = first === letterN ? nullBytes : first === letterT ? trueBytes : first === letterF ? falseBytes : undefined;
    return word !== undefined && this.#isAt(at, word) ? at + word.length : malformed;
  }

  #groupOf(start: number, end: number): number {
    const bytes = this.#bytes;
    let hash = 0x811c_9dc5; // FNV-1a
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x0100_0193);
    const known = this.#groups.get(hash);
    if (known && known.bytes.length === end - start && this.#isAt(start, known.bytes)) return known.group;
    const name = bytes.slice(start, end);
    const group = this.#spool.groupNamed(Buffer.from(name).toString());
    if (!known) this.#groups.set(hash, { bytes: name, group });
    return group;
  }
}

const isDigit = (byte: number): boolean => byte >= zero && byte <= nine;
const [nullBytes, trueBytes, falseBytes] = ['null', 'true', 'false'].map((word) => Uint8Array.from(Buffer.from(word)));

const rolesOf = ({ names, groupBy }: ScoreFields): readonly (readonly [role: number, name: string])[] => [
  [ofId, 'id'],
  ...names.map((name, column) => [column, name] as const),
  ...(groupBy === null ? [] : [[ofGroup, groupBy] as const]),
];
