/** `Link` to the next page of a list (RFC 8288). */

/**
 * @param url path and query of the request
 * @returns the same with the cursor in place of its own, all other parameters kept
 */
export function nextPageLink(url: string, nextCursor: string): string {
  const [path] = url.split('?', 1);
  const kept = url
    .slice(path!.length + 1)
    .split('&')
    .filter((pair) => pair !== '' && !/^cursor(?:=|$)/.test(pair));
  const target = `${path}?${[...kept, `cursor=${encodeURIComponent(nextCursor)}`].join('&')}`;
  return `<${target.replace(/[^\x21-\x7e]|[<>"]/g, encodeURIComponent)}>; rel="next"`;
}
