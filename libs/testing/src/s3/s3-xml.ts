interface Entry {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly storedAt: Date;
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** @param next continuation token of the next page; undefined on the last page */
export function listing(entries: readonly Entry[], next: string | undefined): string {
  const contents = entries.map(
    ({ key, bytes, storedAt }) =>
      `<Contents><Key>${escaped(key)}</Key><LastModified>${storedAt.toISOString()}</LastModified><Size>${bytes.length}</Size></Contents>`,
  );
  const more = next === undefined ? '' : `<NextContinuationToken>${escaped(next)}</NextContinuationToken>`;
  return `<ListBucketResult><IsTruncated>${next !== undefined}</IsTruncated>${more}${contents.join('')}</ListBucketResult>`;
}

/** Returns the text of every element with this name. */
export const textOf = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text]) => text!);
