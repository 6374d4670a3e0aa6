/** File name of an import. Pure. */
import { checkFileName } from '../uploads/file-name.ts';

export interface NameHints {
  /** The name in the request. */
  readonly requestedName: string | null;
  readonly contentDisposition: string | undefined;
  /** Final URL after redirects. */
  readonly url: URL;
}

const fallback = 'import';
const extended = /filename\*\s*=\s*utf-8''([^;\s]+)/i;
const plain = /filename\s*=\s*(?:"([^"]*)"|([^;\s]+))/i;

/** @returns the first name among the client's, the server's (RFC 6266) and the URL's that is a valid file name; else `import` */
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
    return undefined; // invalid percent-encoding
  }
}

function usable(name: string | null | undefined): string | undefined {
  try {
    return name ? checkFileName(name) : undefined;
  } catch {
    return undefined; // try the next candidate
  }
}
