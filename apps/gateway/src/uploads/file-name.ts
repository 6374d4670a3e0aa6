/**
 * Which names an uploaded file may carry. The name is only ever shown, never used as a path; one that tries to be a path is refused
 * rather than repaired, so that what the client reads back is what it sent.
 */
import { Failure } from '#contracts';

export const fileNameMaxLength = 255;

const separators = /[/\\]/;
/** Control characters, and the marks that turn the direction of writing around, which make one name look like another (Unicode TR 9 §2). */
const controls = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/u;

const faultOf = (name: string): string | undefined => {
  if (name.trim().length === 0) return 'The file has no name.';
  if (name.length > fileNameMaxLength) return `The name is longer than ${fileNameMaxLength} characters.`;
  if (separators.test(name) || name === '.' || name === '..') return 'The name is a path.';
  if (controls.test(name) || !name.isWellFormed()) return 'The name holds characters that cannot be shown.';
  return undefined;
};

/**
 * @param name as the multipart header gave it, UTF-8 decoded
 * @param pointer where it stood in the request
 * @returns the name in Unicode NFC, 1–255 UTF-16 units
 * @throws Failure request-invalid for paths, control and direction characters (NUL among them), unpaired surrogates, empty and overlong names
 */
export function checkFileName(name: string, pointer = '/body/file'): string {
  const normal = name.normalize('NFC');
  const fault = faultOf(normal);
  if (fault) throw new Failure('request-invalid', fault, { errors: [{ pointer, code: 'file-name', detail: fault }] });
  return normal;
}
