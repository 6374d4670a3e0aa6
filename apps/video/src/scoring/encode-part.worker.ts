/** Writes a part of the rows on another thread; the table is in shared memory, not copied. */
import { encodePart, type PartToEncode } from './encode-part.ts';

export default async (part: PartToEncode): Promise<Uint8Array> => Uint8Array.from(await encodePart(part)); // a buffer of its own can be moved
