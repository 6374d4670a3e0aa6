/** Rows of exports: what each source gives, and how columns show them. */

/** What a column holds; `timestamp` cells are ISO 8601 with a time zone, `json` cells JSON as text. */
export type ColumnType = 'text' | 'number' | 'integer' | 'boolean' | 'timestamp' | 'json';
export type Cell = string | number | boolean | null;

export interface ExportColumn<Row> {
  readonly name: string;
  readonly type: ColumnType;
  readonly of: (row: Row) => Cell;
}

/** How the rows of one source are written. */
export interface RowForm<Row> {
  /** JSON of the row, without a line end. */
  readonly line: (row: Row) => string;
  readonly columns: readonly ExportColumn<Row>[];
}

type Names<Row, Value> = { [Name in keyof Row]: Row[Name] extends Value | null | undefined ? Name : never }[keyof Row] & string;

const named =
  <Value extends Cell>(type: ColumnType) =>
  <Row>(...names: Names<Row, Value>[]): ExportColumn<Row>[] =>
    names.map((name) => ({ name, type, of: (row) => (row[name] as Cell | undefined) ?? null }));

/** Columns that show fields of the row as they stand. */
export const texts = named<string>('text');
export const numbers = named<number>('number');
export const integers = named<number>('integer');
export const booleans = named<boolean>('boolean');
export const timestamps = named<string>('timestamp');

/** Fields as JSON: a list of tags, pairs of text. */
export const jsons = <Row>(...names: (keyof Row & string)[]): ExportColumn<Row>[] =>
  names.map((name) => ({ name, type: 'json', of: (row) => (row[name] == null ? null : JSON.stringify(row[name])) }));

/**
 * Writes rows as JSON objects with these fields, in this order.
 * @param asTheyAre fields that are JSON already, as text: PostgreSQL has it, and to read it only to write it again costs more than all the rest
 */
export function jsonLines<Row>(
  fields: readonly (keyof Row & string)[],
  asTheyAre: readonly (keyof Row & string)[] = [],
): RowForm<Row>['line'] {
  const parts = fields.map((name, at) => ({
    name,
    isJson: asTheyAre.includes(name),
    key: `${at === 0 ? '{' : ','}${JSON.stringify(name)}:`,
  }));
  return (row) => {
    let line = '';
    for (const { name, isJson, key } of parts) {
      const value = row[name] ?? null;
      line += key + (value === null ? 'null' : isJson ? (value as string) : JSON.stringify(value));
    }
    return `${line}}`;
  };
}
