/**
 * A resource as clients see it, wherever it is sent: in answers (200, 201, 202), lists, server-sent events and webhooks. It has the fields of its
 * contract in their order, `links` after `job`, and no `revision`: that is the first part of the ETag.
 */
import * as z from 'zod';
import type { Unchanging } from '#contracts';
import type { Presenter } from './forward.ts';
import { projectorOf } from './projector.ts';

/**
 * Links by name: paths with fields of the resource in braces, `/v1/tracks/{id}/file`, `/v1/jobs/{job.id}`. A link through a field that is null is left
 * out.
 */
export type LinkTemplates = Readonly<Record<string, `/v1/${string}`>>;

type Shown<Of extends z.ZodObject, Links extends LinkTemplates> = z.ZodObject<
  Omit<Of['shape'], 'revision'> & { links: z.ZodObject<{ [Name in keyof Links]: z.ZodString }> }
>;

export interface ResourcePresenter<Of extends z.ZodObject = z.ZodObject, Links extends LinkTemplates = LinkTemplates>
  extends Presenter<Unchanging<z.output<Of>>> {
  /** What clients get. */
  readonly schema: Shown<Of, Links>;
  /** What the service replies. */
  readonly from: Of;
  readonly of: (resource: Unchanging<z.output<Of>>) => Unchanging<z.output<Shown<Of, Links>>>;
}

export interface PresentedResource<Of extends z.ZodObject, Links extends LinkTemplates> {
  /** Of the schema in the OpenAPI document: `TrackResource`. */
  readonly id: string;
  /** The resource in its contract. */
  readonly of: Of;
  readonly links: Links;
}

/** @throws RangeError when a link names a field that the resource does not have */
export function presentResource<Of extends z.ZodObject, const Links extends LinkTemplates>({
  id,
  of: from,
  links,
}: PresentedResource<Of, Links>): ResourcePresenter<Of, Links> {
  const schema = shownSchema(from, linksSchema(links, from, id)).meta({ id, description: z.globalRegistry.get(from)?.description });
  if ('revision' in from.shape) revised.add(schema);
  return { schema, from, of: shower(schema, links) } as unknown as ResourcePresenter<Of, Links>;
}

export interface PresentedPage<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

const nextCursor = z
  .string()
  .nullable()
  .meta({
    description: 'Give it as `cursor` to get the next page; null on the last one.',
    examples: ['WyIyMDI2LTAxLTMxVDEyOjAwOjAwLjAwMDAwMFoiXQ'],
  });

/** The schema of a page: `{ items, nextCursor }`. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item).meta({ description: 'The items of this page.' }), nextCursor });

interface ListContract {
  readonly reply: z.ZodType;
}

/**
 * A page of resources.
 *
 * @param contract the `list` contract: fields that its items may lack are optional in the schema of the items; without it all are whole
 */
export function presentList<Of extends z.ZodObject, Links extends LinkTemplates>(
  { schema: whole, from, of }: ResourcePresenter<Of, Links>,
  contract?: ListContract,
): Presenter<PresentedPage<Unchanging<z.output<Of>>>> {
  const schema = whole as unknown as z.ZodObject;
  const noun = nounOf(schema);
  const item = contract ? summaryOf(schema, from, contract) : schema;
  return {
    schema: pageOf(item).meta({ id: `${noun}List` }),
    of: ({ items, nextCursor }) => ({ items: items.map(of), nextCursor }),
  };
}

const nounOf = (schema: z.ZodObject): string => (schema.meta()?.id ?? 'Resource').replace(/Resource$/, '');

const summaries = new WeakMap<z.ZodObject, z.ZodObject>();

/** The schema of an item of a list: fields that items may lack are optional. The same object at every call, since it is one component of the document. */
export function summaryOf(schema: z.ZodObject, from: z.ZodObject, contract: ListContract): z.ZodObject {
  const absent = fieldsLeftOut(from, contract);
  if (absent.length === 0) return schema;
  const known = summaries.get(schema);
  if (known) return known;
  const optional = Object.fromEntries(absent.map((name) => [name, true])) as never;
  const noun = nounOf(schema);
  const description = `${schema.meta()?.description ?? noun} Without the fields that \`fields\` adds.`;
  const summary = schema.partial(optional).meta({ id: `${noun}Summary`, description });
  summaries.set(schema, summary);
  return summary;
}

/** Names of fields that items of the list may lack although a whole resource has them. */
export function fieldsLeftOut(from: z.ZodObject, { reply }: ListContract): string[] {
  const items = reply instanceof z.ZodObject ? reply.shape.items : undefined;
  if (!(items instanceof z.ZodArray && items.element instanceof z.ZodObject))
    throw new RangeError('this contract replies no list of resources');
  const { shape } = items.element;
  return Object.keys(from.shape).filter((name) => isOptional(shape[name]) && !isOptional(from.shape[name]));
}

const isOptional = (schema: unknown): boolean => schema instanceof z.ZodOptional;

const revisions = new WeakMap<object, number>();
const revised = new WeakSet<z.ZodType>();

/** Whether answers of this schema carry the revision of a resource in their ETag, which `If-Match` takes. */
export const hasRevision = (schema: z.ZodType): boolean => revised.has(schema);

/** How many changes its owner had made to a presented resource; undefined for everything else. */
export const revisionOf = (presented: unknown): number | undefined =>
  typeof presented === 'object' && presented !== null ? revisions.get(presented) : undefined;

function shower(schema: z.ZodObject, templates: LinkTemplates) {
  const project = projectorOf(schema)!;
  const links = Object.entries(templates).map(([name, template]) => ({ name, fill: pathTemplate(template) }));
  return (resource: object) => {
    const filled = Object.fromEntries(links.map(({ name, fill }) => [name, fill(resource)]));
    const shown = project({ ...resource, links: filled }) as object;
    const { revision } = resource as { revision?: unknown };
    if (typeof revision === 'number') revisions.set(shown, revision);
    return shown;
  };
}

/** `links` stand after `job`, or last where there is none. */
function shownSchema({ shape }: z.ZodObject, links: z.ZodObject): z.ZodObject {
  const fields = Object.entries(shape).filter(([name]) => name !== 'revision');
  const at = fields.findIndex(([name]) => name === 'job');
  fields.splice(at < 0 ? fields.length : at + 1, 0, ['links', links]);
  return z.object(Object.fromEntries(fields));
}

const placeholder = /\{([A-Za-z.]+)\}/g;
const exampleId = '0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10';

function linksSchema(templates: LinkTemplates, from: z.ZodObject, id: string): z.ZodObject {
  const links = Object.entries(templates).map(([name, template]) => {
    const path = z.string().meta({ description: `\`${template}\``, examples: [template.replace(placeholder, exampleId)] });
    return [name, [...template.matchAll(placeholder)].some(([, field]) => canBeNull(from, field!)) ? path.optional() : path];
  });
  return z.object(Object.fromEntries(links)).meta({ id: `${id.replace(/Resource$/, '')}Links`, description: 'Paths on this server.' });
}

function canBeNull(from: z.ZodObject, field: string): boolean {
  const [name, ...rest] = field.split('.');
  const schema = from.shape[name!] as z.ZodType | undefined;
  if (!schema) throw new RangeError(`a link names ${field}, which the resource does not have`);
  return (
    schema.isNullable() || schema.isOptional() || (rest.length > 0 && schema instanceof z.ZodObject && canBeNull(schema, rest.join('.')))
  );
}

/**
 * Compiles a template such as `/v1/tracks/{id}`.
 * @returns a function that puts the fields of a resource in their places, encoded; it returns undefined where one is null or missing
 */
export function pathTemplate(template: string): (resource: object) => string | undefined {
  const [first = '', ...parts] = template.split(placeholder); // text, field, text, field, text
  const fields = parts.filter((_, index) => index % 2 === 0).map((field) => field.split('.'));
  const texts = parts.filter((_, index) => index % 2 === 1);
  return (resource) => {
    let path = first;
    for (const [index, names] of fields.entries()) {
      const value = names.reduce<unknown>((part, name) => (part as Record<string, unknown> | null)?.[name], resource);
      if (value === null || value === undefined) return undefined;
      path += `${encodeURIComponent(String(value))}${texts[index]}`;
    }
    return path;
  };
}
