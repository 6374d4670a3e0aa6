/** What an imported file is called. Pure. */
import { checkFileName } from '../uploads/file-name.ts';

export interface NameHints {
  /** The name in the request. */
  readonly requestedName: string | null;
  readonly contentDisposition: string | undefined;
  /** Where it came from in the end. */
  readonly url: URL;
}

const fallback = 'import';
const extended = /filename\*\s*=\s*utf-8''([^;\s]+)/i;
const plain = /filename\s*=\s*(?:"([^"]*)"|([^;\s]+))/i;

/** @returns the first name among the client's, the server's (RFC 6266) and the address' that a file may have; else `import` */
export function importName({ requestedName, contentDisposition = '', url }: NameHints): string {
  const [, encoded] = extended.exec(contentDisposition) ?? [];
  const [, quoted, bare] = plain.exec(contentDisposition) ?? [];
  const candidates = [requestedName, decoded(encoded), quoted, bare, decoded(url.pathname.split('/').at(-1))];
  return candidates.map(usable).find((name) => name !== undefined) ?? fallback;
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text && decodeURIComponent(text);
  } catch {
    return undefined; // a broken escape names nothing
  }
}

function usable(name: string | null | undefined): string | undefined {
  try {
    return name ? checkFileName(name) : undefined;
  } catch {
    return undefined; // the next candidate may do
  }
}
