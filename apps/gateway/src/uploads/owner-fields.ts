/** What an owner says about a new resource, in the text that forms and `Upload-Metadata` carry: `title`, `externalId`, and JSON for the others. */
import * as z from 'zod';
import { Failure, type FieldError, fieldErrors, type NewOwnerFields, newOwnerFields, parseWith } from '#contracts';

export const ownerFields = z.strictObject(newOwnerFields);

/** The same fields as a form declares them; `readOwnerFields` reads them. */
export const ownerFormFields = z.strictObject({
  title: newOwnerFields.title,
  tags: newOwnerFields.tags.meta({
    description: 'A JSON list of tags, or the field repeated, once for each tag.',
    examples: [['live', 'summer']],
  }),
  metadata: newOwnerFields.metadata.meta({
    description: 'A JSON object: up to 50 pairs of text of your own.',
    examples: [{ project: 'spring' }],
  }),
  externalId: newOwnerFields.externalId,
});

export type OwnerPair = readonly [name: string, value: unknown];

export const isOwnerField = (name: string): boolean => Object.hasOwn(newOwnerFields, name);

/**
 * @param pairs names of owner fields and their text, in order; `tags` may repeat
 * @param place where they stood: `/body`, `/header/upload-metadata`
 * @throws Failure request-invalid, with an error for each fault
 */
export function readOwnerFields(pairs: readonly OwnerPair[], place: string): NewOwnerFields {
  const faults: FieldError[] = [];
  const read: Record<string, unknown> = {};
  for (const [name, values] of Map.groupBy(pairs, ([name]) => name)) {
    const texts = values.map(([, value]) => value);
    if (name === 'tags')
      read[name] = texts.length === 1 && startsWith(texts[0], '[') ? parsed(texts[0], name, place, faults) : texts.flat();
    else if (texts.length > 1) faults.push({ pointer: `${place}/${name}`, code: 'too-many', detail: 'must be there once' });
    else read[name] = name === 'metadata' ? parsed(texts[0], name, place, faults) : texts[0];
  }
  const checked = parseWith(ownerFields, read);
  const others = checked.success
    ? []
    : fieldErrors(checked.error, place).filter(({ pointer }) => !faults.some((known) => known.pointer === pointer));
  if (checked.success && faults.length === 0) return checked.data;
  throw new Failure('request-invalid', 'What is said about the file is not as it should be.', { errors: [...faults, ...others] });
}

const startsWith = (value: unknown, start: string) => typeof value === 'string' && value.trimStart().startsWith(start);

/** JSON in a text; what a form's parser has parsed already stays. */
function parsed(value: unknown, name: string, place: string, faults: FieldError[]): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    faults.push({ pointer: `${place}/${name}`, code: 'json-invalid', detail: 'must be JSON' });
    return undefined;
  }
}
