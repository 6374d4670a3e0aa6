/**
 * Lists of an owner's rows: filters, search, sorting and pages for every request of a `list()` contract. Columns come from the declaration of the
 * store, values travel as parameters: nothing of the request becomes SQL.
 *
 * Pages are keyset pages over (value sorted by, id). Rows without a value come last in both directions: they are a second, separate range of the same
 * index, because an index read backwards has them first.
 */
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { decodeSortedCursor, encodeSortedCursor, type ListRequest, type SortedPosition, type SortType } from '#contracts';
import { orUnavailable } from './availability.ts';
import { microsecondsOf, type Page } from './keyset.ts';
import { titleOrder } from './owned-row.ts';
import { searchPatterns } from './search-text.ts';

export interface SortColumn {
  /** Column or expression; the owner, this and the id are an index. */
  readonly sql: string;
  readonly type: SortType;
  /** Rows without a value come last. */
  readonly nullable?: boolean;
}

type FilterName<Request> = Exclude<keyof Request, keyof ListRequest> & string;
type RangeName<Request> = FilterName<Request> extends infer Name ? (Name extends `${infer Base}Min` ? Base : never) : never;
type EqualName<Request> = Exclude<FilterName<Request>, `${RangeName<Request>}${'Min' | 'Max'}`>;

/** Where the fields of a list are: each name of the contract with its SQL. @typeParam Request what the contract's request gives */
export interface ListDeclaration<Request = object> {
  /** `createdAt`, `updatedAt` and `title` are known of every {@link OwnedRow}. */
  readonly sorts?: Readonly<Record<string, SortColumn>>;
  /** For `nameMin` and `nameMax`. */
  readonly ranges?: { readonly [Name in RangeName<Request>]: string };
  /** A column to compare with, or the SQL of a condition for each value that the contract allows. */
  readonly equals?: { readonly [Name in EqualName<Request>]: string | Readonly<Record<string, string>> };
}

/**
 * Loads one page. A page costs one query, or two where it reaches the rows without a value.
 *
 * @param query over an entity that extends `OwnedRow`, restricted to the owner; without a to-many join
 * @throws Failure `request-invalid` at `/query/cursor` for a cursor of another order, and for one that no list gave out
 */
export async function loadList<Entity extends ObjectLiteral, Request extends ListRequest>(
  query: SelectQueryBuilder<Entity>,
  request: Request,
  declaration: ListDeclaration<Request>,
): Promise<Page<Entity>> {
  const { alias } = query;
  const order = orderOf(alias, request.sort, declaration);
  const after = decodeSortedCursor(request.cursor, request.sort, order.type);
  filter(query, request, declaration);
  const found: PositionedRow<Entity>[] = [];
  const missing = () => request.limit + 1 - found.length;
  if (after?.value !== null) found.push(...(await loadRange(query, order, after, missing(), false)));
  if (order.nullable && missing() > 0) found.push(...(await loadRange(query, order, after, missing(), true)));
  const last = found.length > request.limit ? found[request.limit - 1] : undefined;
  return {
    items: found.slice(0, request.limit).map(({ entity }) => entity),
    nextCursor: last ? encodeSortedCursor({ sort: request.sort, value: last.value, id: last.id }) : null,
  };
}

interface Order extends SortColumn {
  readonly direction: 'ASC' | 'DESC';
}

interface PositionedRow<Entity> {
  readonly entity: Entity;
  readonly value: SortedPosition['value'];
  readonly id: string;
}

function orderOf(alias: string, sort: string, { sorts = {} }: ListDeclaration<never>): Order {
  const descending = sort.startsWith('-');
  const name = descending ? sort.slice(1) : sort;
  const known: Readonly<Record<string, SortColumn>> = {
    createdAt: { sql: `${alias}.created_at`, type: 'timestamp' },
    updatedAt: { sql: `${alias}.updated_at`, type: 'timestamp' },
    title: { sql: titleOrder(`${alias}.search_text`), type: 'text' },
    ...sorts,
  };
  const column = Object.hasOwn(known, name) ? known[name] : undefined;
  if (!column) throw new RangeError(`The contract sorts by ${name}, the store does not declare it.`);
  return { ...column, direction: descending ? 'DESC' : 'ASC' };
}

/** The rows with a value, or those without one, from the position on. */
async function loadRange<Entity extends ObjectLiteral>(
  query: SelectQueryBuilder<Entity>,
  { sql, type, nullable, direction }: Order,
  after: SortedPosition | undefined,
  limit: number,
  ofNulls: boolean,
): Promise<PositionedRow<Entity>[]> {
  const id = `${query.alias}.id`;
  const beyond = direction === 'ASC' ? '>' : '<';
  const range = query.clone();
  if (nullable) range.andWhere(`${sql} IS ${ofNulls ? '' : 'NOT '}NULL`);
  if (after && after.value !== null && !ofNulls)
    range.andWhere(`(${sql}, ${id}) ${beyond} (:listValue, :listId::uuid)`, { listValue: after.value, listId: after.id });
  if (after?.value === null && ofNulls) range.andWhere(`${id} ${beyond} :listId::uuid`, { listId: after.id });
  range
    // Bare columns under another name would be missing in the entity: TypeORM takes them for the entity's own.
    .addSelect(type === 'timestamp' ? microsecondsOf(sql) : `(${sql})`, 'list_value')
    .addSelect(`${id}::text`, 'list_id')
    .orderBy(sql, direction)
    .addOrderBy(id, direction)
    .limit(limit);
  const { entities, raw } = await orUnavailable(range.getRawAndEntities<{ list_value: string | number | null; list_id: string }>());
  return entities.map((entity, at) => ({ entity, value: sortValue(raw[at]!.list_value, type), id: raw[at]!.list_id }));
}

/** PostgreSQL's bigint and numeric arrive as text. */
const sortValue = (value: string | number | null, type: SortType) => (value !== null && type === 'number' ? Number(value) : value);

function filter<Entity extends ObjectLiteral, Request extends ListRequest>(
  query: SelectQueryBuilder<Entity>,
  request: Request,
  { ranges = {} as never, equals = {} as never }: ListDeclaration<Request>,
): void {
  const { alias } = query;
  const values = request as Readonly<Record<string, unknown>>;
  const where = (sql: string, name: string, value: unknown) => {
    if (value !== undefined) query.andWhere(sql, { [name]: value });
  };
  where(`${alias}.external_id = :listExternalId`, 'listExternalId', request.externalId);
  where(`${alias}.tags @> :listTags::text[]`, 'listTags', request.tag);
  where(`${alias}.metadata @> :listMetadata::jsonb`, 'listMetadata', request.metadata && JSON.stringify(request.metadata));
  for (const [at, pattern] of searchPatterns(typeof values.q === 'string' ? values.q : '').entries())
    where(`${alias}.search_text LIKE :listWord${at}`, `listWord${at}`, pattern);
  for (const [name, column] of Object.entries({ createdAt: `${alias}.created_at`, updatedAt: `${alias}.updated_at` })) {
    where(`${column} >= :list_${name}_min`, `list_${name}_min`, values[`${name}Min`]);
    // Clients see milliseconds, rows have microseconds: all of the last millisecond is meant.
    where(`${column} < :list_${name}_max::timestamptz + interval '1 millisecond'`, `list_${name}_max`, values[`${name}Max`]);
  }
  for (const [name, sql] of Object.entries<string>(ranges)) {
    where(`${sql} >= :list_${name}_min`, `list_${name}_min`, values[`${name}Min`]);
    where(`${sql} <= :list_${name}_max`, `list_${name}_max`, values[`${name}Max`]);
  }
  for (const [name, sql] of Object.entries<string | Readonly<Record<string, string>>>(equals)) {
    if (typeof sql === 'string') where(`${sql} = :list_${name}`, `list_${name}`, values[name]);
    else if (values[name] !== undefined) query.andWhere(conditionFor(sql, String(values[name])));
  }
}

function conditionFor(conditions: Readonly<Record<string, string>>, value: string): string {
  const sql = Object.hasOwn(conditions, value) ? conditions[value] : undefined;
  if (!sql) throw new RangeError(`The contract allows ${value}, the store does not declare it.`);
  return sql;
}
