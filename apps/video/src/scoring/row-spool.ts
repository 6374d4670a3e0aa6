/** Takes rows one by one into typed columns, and says what is wrong with those that it does not take. */

/** Which fields of an object are read. */
export interface ScoreFields {
  /** Fields that hold numbers; one column each. */
  readonly names: readonly string[];
  /** Field that holds the name of a group. */
  readonly groupBy: string | null;
}

export interface BadLine {
  /** From 1. */
  readonly line: number;
  readonly code: BadLineCode;
  readonly detail: string;
}

export type BadLineCode =
  | 'line-too-long'
  | 'utf8-invalid'
  | 'json-invalid'
  | 'not-an-object'
  | 'id-invalid'
  | 'value-invalid'
  | 'value-out-of-range'
  | 'group-invalid';

type Fault = readonly [code: BadLineCode, detail: string];

/** Rows as typed columns; each array spans its whole buffer, so that it can be moved between threads. */
export interface RowColumns {
  readonly rowCount: number;
  /** Number of the line of each row. */
  readonly lines: Uint32Array;
  /** The ids in UTF-8, one after the other. */
  readonly ids: Uint8Array;
  /** Where each id ends in `ids`. */
  readonly idEnds: Uint32Array;
  /** Column after column, `rowCount` values each; NaN: the row has no value. */
  readonly values: Float64Array;
  /** Place in `groupNames`; {@link noGroup}: the row has none. Empty where rows have no groups. */
  readonly groupOf: Uint32Array;
  readonly groupNames: readonly string[];
}

export const noGroup = 0xffff_ffff;
/** Bad lines that are told one by one. */
export const keptBadLines = 100;
/** Longest id and longest name of a group, in UTF-16 units. */
export const longestName = 200;
/** Values beyond these magnitudes are refused: within them no sum or square can overflow or vanish. Zero is allowed. */
export const [smallestMagnitude, largestMagnitude] = [1e-100, 1e100];

export class RowSpool {
  readonly badLines: BadLine[] = [];
  readonly #fields: ScoreFields;
  readonly #capacity: number;
  readonly #lines: Uint32Array;
  readonly #values: Float64Array;
  readonly #groupOf: Uint32Array;
  readonly #idEnds: Uint32Array;
  readonly #groups = new Map<string, number>();
  #ids = new Uint8Array(4_096);
  #idEnd = 0;
  #refused = 0;
  #rowCount = 0;

  /** @param capacity most rows that it takes */
  constructor(fields: ScoreFields, capacity: number) {
    this.#fields = fields;
    this.#capacity = capacity;
    this.#lines = new Uint32Array(capacity);
    this.#idEnds = new Uint32Array(capacity);
    this.#values = new Float64Array(capacity * fields.names.length);
    this.#groupOf = new Uint32Array(fields.groupBy === null ? 0 : capacity);
  }

  get refused(): number {
    return this.#refused;
  }

  refuse(line: number, code: BadLineCode, detail: string): void {
    this.#refused++;
    if (this.badLines.length < keptBadLines) this.badLines.push({ line, code, detail });
  }

  /** Takes one object as a row, or refuses it. @param line its number */
  add(value: unknown, line: number): void {
    const fault = this.#fill(value);
    if (fault) this.refuse(line, ...fault);
    else this.commit(line);
  }

  /** Sets values, group and id of the next row. @returns why the object is no row */
  #fill(value: unknown): Fault | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return ['not-an-object', 'A line is a JSON object.'];
    const record = value as Readonly<Record<string, unknown>>;
    const id = idOf(record.id);
    if (id === undefined) return ['id-invalid', `\`id\` is a text of 1 to ${longestName} characters, or a whole number.`];
    const { names, groupBy } = this.#fields;
    for (let column = 0; column < names.length; column++) {
      const number = numberOf(record[names[column]!]);
      if (number === undefined) return ['value-invalid', `\`${names[column]}\` is not a number.`];
      if (!isInRange(number)) return ['value-out-of-range', `\`${names[column]}\` is not 0 and not between 1e-100 and 1e100 in magnitude.`];
      this.setValue(column, number);
    }
    if (groupBy !== null) {
      const name = groupNameOf(record[groupBy]);
      if (name === undefined)
        return ['group-invalid', `\`${groupBy}\` is not a text of at most ${longestName} characters, a number or a boolean.`];
      this.setGroup(name === null ? noGroup : this.groupNamed(name));
    }
    this.#writeId(id);
    return undefined;
  }

  /** Of the row that the next {@link commit} takes. The value is not checked. */
  setValue(column: number, value: number): void {
    this.#values[column * this.#capacity + this.#rowCount] = value;
  }

  setGroup(group: number): void {
    this.#groupOf[this.#rowCount] = group;
  }

  /** @param bytes an id in UTF-8 from `start` to before `end`; not checked */
  setId(bytes: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start);
    for (let at = start; at < end; at++) this.#ids[this.#idEnd++] = bytes[at]!;
  }

  /** Takes the row whose id, values and group have been set. */
  commit(line: number): void {
    this.#lines[this.#rowCount] = line;
    this.#idEnds[this.#rowCount] = this.#idEnd;
    this.#rowCount++;
  }

  groupNamed(name: string): number {
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    this.#groups.set(name, this.#groups.size);
    return this.#groups.size - 1;
  }

  #writeId(id: string): void {
    this.#reserve(3 * id.length); // bytes of a UTF-16 unit
    const start = this.#idEnd;
    for (let at = 0; at < id.length; at++) {
      const code = id.charCodeAt(at);
      if (code > 127) {
        this.#idEnd = start + encoder.encodeInto(id, this.#ids.subarray(start)).written;
        return;
      }
      this.#ids[this.#idEnd++] = code;
    }
  }

  #reserve(sizeBytes: number): void {
    if (this.#idEnd + sizeBytes <= this.#ids.length) return;
    const larger = new Uint8Array(2 * (this.#ids.length + sizeBytes));
    larger.set(this.#ids.subarray(0, this.#idEnd));
    this.#ids = larger;
  }

  /** The rows so far. Nothing may be added afterwards. */
  columns(): RowColumns {
    const [rowCount, capacity] = [this.#rowCount, this.#capacity];
    const { names, groupBy } = this.#fields;
    const values = new Float64Array(rowCount * names.length);
    for (let column = 0; column < names.length; column++)
      values.set(this.#values.subarray(column * capacity, column * capacity + rowCount), column * rowCount);
    return {
      ...{ rowCount, values, groupNames: [...this.#groups.keys()] },
      lines: this.#lines.slice(0, rowCount),
      ids: this.#ids.slice(0, this.#idEnd),
      idEnds: this.#idEnds.slice(0, rowCount),
      groupOf: groupBy === null ? new Uint32Array(0) : this.#groupOf.slice(0, rowCount),
    };
  }
}

const encoder = new TextEncoder();

function idOf(id: unknown): string | undefined {
  if (typeof id === 'string') return id.length > 0 && id.length <= longestName && isStorable(id) ? id : undefined;
  return Number.isSafeInteger(id) ? String(id) : undefined;
}

/** @returns NaN without a value, undefined for what is no number */
function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  // An inherited name such as `toString` is a function: JSON has none, so the field is absent.
  return value === undefined || value === null || typeof value === 'function' ? Number.NaN : undefined;
}

export function isInRange(value: number): boolean {
  const magnitude = Math.abs(value);
  return !(magnitude > largestMagnitude) && (magnitude >= smallestMagnitude || value === 0 || Number.isNaN(value));
}

/** @returns null without a group, undefined for what is no name */
function groupNameOf(value: unknown): string | null | undefined {
  if (value === undefined || value === null || typeof value === 'function') return null;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value.length <= longestName && isStorable(value) ? value : undefined;
}

/** What PostgreSQL takes as text. */
const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();
