/** Addresses of videos at YouTube. Pure; nothing is called. */

const watchHosts: ReadonlySet<string> = new Set(['youtube.com', 'www.youtube.com', 'm.youtube.com', 'music.youtube.com']);
const embedHosts: ReadonlySet<string> = new Set([...watchHosts, 'youtube-nocookie.com', 'www.youtube-nocookie.com']);
const idPattern = /^[\w-]{11}$/;
/** Players of a playlist and of the live stream of a channel. */
const otherPlayers: ReadonlySet<string> = new Set(['videoseries', 'live_stream']);

/**
 * @param link of a watch page (also of YouTube Music), a short, a live stream, an embedded player, or a `youtu.be` address; with or without `https://`
 * @returns the id of the video; undefined for everything else (a channel, a playlist, another host)
 */
export function youTubeIdOf(link: string): string | undefined {
  const text = /^https?:\/\//i.test(link) ? link : `https://${link}`;
  if (!URL.canParse(text)) return undefined;
  const { hostname, pathname, searchParams, username, port } = new URL(text);
  if (username || port) return undefined;
  const [, first = '', second = '', ...rest] = pathname.replace(/\/$/, '').split('/');
  const id = (() => {
    if (hostname === 'youtu.be') return second ? undefined : first;
    if (watchHosts.has(hostname) && first === 'watch' && !second) return searchParams.get('v') ?? undefined;
    if (rest.length > 0) return undefined;
    if (watchHosts.has(hostname) && ['shorts', 'live', 'v'].includes(first)) return second;
    return embedHosts.has(hostname) && first === 'embed' ? second : undefined;
  })();
  return id && idPattern.test(id) && !otherPlayers.has(id) ? id : undefined;
}
