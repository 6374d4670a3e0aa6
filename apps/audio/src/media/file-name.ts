/** Names of uploaded files. A name is shown and offered at download, nothing more: files are stored under names of our own. */
import type { FieldError } from '#contracts';
import { cleanText, cutAtGrapheme } from './clean-text.ts';

const longestBytes = 255;
const longestRead = 4_096;
const untitled = 'untitled';

/** Devices that Windows knows under these names, with any ending. @see Microsoft, "Naming Files, Paths, and Namespaces" */
const reserved = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;

/**
 * Refuses a name that is no name but an attempt: NUL, a path, `.` or `..`.
 *
 * @param pointer where the name stood in the request
 * @returns nothing when the name may be kept (cleaned by `sanitizeFileName`)
 */
export function checkFileName(name: string, pointer = '/body/file'): FieldError[] {
  const fault = faultOf(name);
  return fault === undefined ? [] : [{ pointer, code: 'invalid_file_name', detail: fault }];
}

function faultOf(name: string): string | undefined {
  if (name.includes('\0')) return 'A file name holds no NUL character.';
  if (/[/\\]/.test(name)) return 'A file name holds no path: leave out / and \\.';
  if (/^\.{1,2}$/.test(name.trim())) return 'A file name is more than dots.';
  return undefined;
}

/**
 * Makes a name safe to show and to save: the last part of a path, no control, direction or reserved characters, no leading dash or dot, no device
 * name, at most 255 bytes of UTF-8 with the ending kept. Emoji stay. What leaves nothing becomes `untitled`.
 */
export function sanitizeFileName(name: string): string {
  const last = name.split(/[/\\]/).at(-1)!;
  const bare = cleanText(last.slice(0, longestRead))
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^[\s.-]+|[\s.]+$/g, '');
  if (bare === '') return untitled;
  return shortened(reserved.test(bare) ? `_${bare}` : bare);
}

/** An ending of more than 16 characters is part of the name. */
function shortened(name: string): string {
  const ending = /\.[A-Za-z0-9]{1,16}$/.exec(name)?.[0] ?? '';
  const stem = name.slice(0, name.length - ending.length);
  const kept = cutAtGrapheme(stem, (beginning) => Buffer.byteLength(beginning + ending) <= longestBytes).trimEnd();
  return kept + ending;
}
