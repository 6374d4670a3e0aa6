/** `Link` to the next page of a list (RFC 8288). */

/** A proxy refuses responses with large headers; a longer link is left out, because the body has the cursor too. */
export const longestLinkBytes = 3_072;

/**
 * @param url path and query of the request
 * @returns the same with the cursor in place of its own, all other parameters kept; undefined when it exceeds {@link longestLinkBytes}
 */
export function nextPageLink(url: string, nextCursor: string): string | undefined {
  const [path] = url.split('?', 1);
  const kept = url
    .slice(path!.length + 1)
    .split('&')
    .filter((pair) => pair !== '' && !/^cursor(?:=|$)/.test(pair));
  const target = `${path}?${[...kept, `cursor=${encodeURIComponent(nextCursor)}`].join('&')}`;
  const link = `<${target.replace(/[^\x21-\x7e]|[<>"]/g, encodeURIComponent)}>; rel="next"`;
  return link.length > longestLinkBytes ? undefined : link;
}
