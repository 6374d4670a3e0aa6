/** How the gateway hands uploaded media to the service of its kind: the one request of `createTrack` and of every other noun that is made of a file. */
import * as z from 'zod';
import { newOwnerFields, ownerFieldLimits } from './resource.ts';
import { integer, text } from './values.ts';

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A stored blob with what its owner says about it; the reply is the resource. */
export const mediaIntake = z.strictObject({
  /** The id that the resource is to have; asking again with it gives the same resource, so that a caller who heard nothing may ask again. */
  id: z.uuid().optional(),
  blobSha256: sha256,
  sizeBytes: integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  fileName: text({ min: 1, max: 255 }),
  ...newOwnerFields,
});
export type MediaIntake = z.output<typeof mediaIntake>;

/** For `repeatable` of a contract that takes {@link mediaIntake}. */
export const namesItsId = (request: unknown): boolean => (request as MediaIntake).id !== undefined;

/** The name of a file without its extension, at most `max` UTF-16 units long: the beginning of another file name. */
export const stemOf = (fileName: string, max = 200): string =>
  fileName
    .replace(/(?<=.)\.[^.]{1,10}$/, '')
    .slice(0, max)
    .toWellFormed();

/** The name of a file that is made of a resource: the beginning of its title. */
export const fileNameOf = (title: string, extension: string): string => `${title.slice(0, 120)}.${extension}`;

/** The title of a new resource: what its owner says, else the title tag of the file, else the name of the file without its extension. */
export function titleOf({ title, fileName }: Pick<MediaIntake, 'title' | 'fileName'>, titleTag: string | undefined): string {
  return title ?? (asTitle(titleTag ?? '') || asTitle(stemOf(fileName, fileName.length)) || asTitle(fileName));
}

/** One line of at most 200 characters, as titles are; empty where nothing is left. */
export const asTitle = (text: string): string =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, ownerFieldLimits.titleLength)
    .toWellFormed()
    .normalize('NFC')
    .trim();
