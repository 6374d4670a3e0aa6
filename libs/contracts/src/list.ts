/**
 * Lists: one mechanism for pages, filters, sorting, text search and fields. A noun declares what can be filtered and sorted; storage turns the same
 * declaration into one indexed query, the gateway into query parameters.
 */
import * as z from 'zod';
import { cursor, exactText, integer, label, text, timestamp } from './values.ts';

/** `nameMin` and `nameMax`, both inclusive. */
export const range = <const Name extends string>(
  name: Name,
  description: string,
  of: z.ZodType<number> = z.number().min(-1e12).max(1e12),
) =>
  ({
    [`${name}Min`]: of.optional().meta({ description: `${description}: at least.` }),
    [`${name}Max`]: of.optional().meta({ description: `${description}: at most.` }),
  }) as { readonly [Key in `${Name}Min` | `${Name}Max`]: z.ZodOptional<z.ZodType<number>> };

export interface ListOptions<Item extends z.ZodObject, Filters extends z.core.$ZodLooseShape, Sort extends string, Field extends string> {
  /** One resource as `get` answers it. */
  readonly item: Item;
  /** Optional fields of the request: made by {@link range}, or a schema `.optional()` for equality. */
  readonly filters?: Filters;
  /** Names to sort by, beside `updatedAt`; each also descending, with a `-` in front. The first one is the default, descending. */
  readonly sorts: readonly [Sort, ...Sort[]];
  /** What `?q=` searches, for the description; absent: no text search. */
  readonly searches?: string;
  /** Fields of `item` that grow with the medium: left out of a page unless named in `?fields=`. */
  readonly fields?: readonly Field[];
}

/** Where a page begins and how long it is: of every list. */
export const page = {
  cursor: cursor().optional().meta({ description: '`nextCursor` of the page before.' }),
  limit: integer({ min: 1, max: 100 }).default(20).meta({ description: 'Items a page.' }),
};

const example = ['2026-01-31T12:00:00.000Z'];
/** When something was created or last changed; all inclusive. */
const moments = {
  createdAtMin: timestamp().optional().meta({ description: 'Created at this moment or later.', examples: example }),
  createdAtMax: timestamp().optional().meta({ description: 'Created at this moment or earlier.', examples: example }),
  updatedAtMin: timestamp().optional().meta({ description: 'Changed at this moment or later.', examples: example }),
  updatedAtMax: timestamp().optional().meta({ description: 'Changed at this moment or earlier.', examples: example }),
};

/** Filters of every list. */
const ofOwner = {
  tag: z
    .array(label({ max: 64 }))
    .max(10)
    .optional()
    .meta({ description: 'Only items with this tag; given again: with each of them.' }),
  externalId: label({ max: 200 }).optional().meta({ description: 'Only the item with this id of yours.' }),
  metadata: z
    .record(exactText({ min: 1, max: 64 }), text({ max: 500 }))
    .optional()
    .meta({ description: 'Only items with this pair: `metadata[project]=spring`.' }),
};
const nextCursor = z.string().nullable().meta({ description: 'Give it as `cursor` for the next page; null on the last one.' });

/**
 * The request and the reply of a `list` contract.
 *
 * @returns `request` takes `cursor, limit, sort, tag, externalId, metadata, createdAtMin, createdAtMax, updatedAtMin, updatedAtMax`, the declared filters, and `q`, `fields` where declared; `reply` is
 *   `{ items, nextCursor }`
 */
export function list<
  Item extends z.ZodObject,
  const Filters extends z.core.$ZodLooseShape = Record<never, never>,
  const Sort extends string = string,
  const Field extends string = never,
>({ item, filters, sorts, searches, fields }: ListOptions<Item, Filters, Sort, Field>) {
  const orders = [...new Set([...sorts, 'updatedAt'])].flatMap((name) => [name, `-${name}`]) as [string, ...string[]];
  const request = z.strictObject({
    ...page,
    sort: z.enum(orders).default(`-${sorts[0]}`).meta({ description: 'What to sort by; `-` in front: descending.' }),
    ...ofOwner,
    ...moments,
    ...(searches
      ? {
          q: label({ max: 200 })
            .optional()
            .meta({ description: `Text to find in ${searches}; case and diacritics are ignored.` }),
        }
      : {}),
    ...(fields?.length
      ? {
          fields: z
            .array(z.enum(fields as readonly [Field, ...Field[]]))
            .max(20)
            .optional()
            .meta({ description: 'Fields to add, separated by commas.' }),
        }
      : {}),
    ...(filters ?? {}),
  });
  const summary = fields?.length ? item.partial(Object.fromEntries(fields.map((name) => [name, true])) as never) : item;
  const reply = z.object({
    items: z.array(summary as unknown as Item),
    nextCursor,
  });
  return { request: request as unknown as z.ZodObject<ListRequestShape & Filters, z.core.$strict>, reply };
}

type ListRequestShape = {
  cursor: z.ZodOptional<z.ZodString>;
  limit: z.ZodDefault<z.ZodNumber>;
  sort: z.ZodDefault<z.ZodString>;
  createdAtMin: z.ZodOptional<z.ZodString>;
  createdAtMax: z.ZodOptional<z.ZodString>;
  updatedAtMin: z.ZodOptional<z.ZodString>;
  updatedAtMax: z.ZodOptional<z.ZodString>;
  tag: z.ZodOptional<z.ZodArray<z.ZodString>>;
  externalId: z.ZodOptional<z.ZodString>;
  metadata: z.ZodOptional<z.ZodRecord<z.ZodString, z.ZodString>>;
  q: z.ZodOptional<z.ZodString>;
  fields: z.ZodOptional<z.ZodArray<z.ZodString>>;
};

/** What every `list` request has; storage reads it with the noun's declaration. */
export type ListRequest = z.output<z.ZodObject<ListRequestShape>>;

/** Of lists that are always answered whole. */
export const onlyPage = z.null().meta({ description: 'Always null: there is one page.' });
