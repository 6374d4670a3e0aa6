/** How HLS and DASH name captions. @see RFC 8216 §4.3.4.1, ISO/IEC 23009-1 (roles) */
import type { listStreamCaptions, ReplyOf } from '#contracts';

export type StreamCaption = ReplyOf<typeof listStreamCaptions>['captions'][number];

export const captionGroup = 'captions';

/** A video whose duration is not known. */
const usualSeconds = 1;

/** The playlist of a caption: its whole text is one segment, whose times count from the beginning of the video. */
export function captionPlaylist(durationSeconds: number | null): string {
  const seconds = Math.max(durationSeconds ?? usualSeconds, 0.001);
  return [
    ...['#EXTM3U', '#EXT-X-VERSION:7', `#EXT-X-TARGETDURATION:${Math.max(1, Math.ceil(seconds))}`],
    ...['#EXT-X-MEDIA-SEQUENCE:0', '#EXT-X-PLAYLIST-TYPE:VOD', `#EXTINF:${seconds.toFixed(6)},`, 'captions.vtt', '#EXT-X-ENDLIST', ''],
  ].join('\n');
}

/** Lines of the master playlist. @param addressOf address of the playlist of a caption */
export function captionMedia(captions: readonly StreamCaption[], addressOf: (captionId: string) => string): string[] {
  const names = uniqueNames(captions);
  return captions.map(({ id, language, role, isDefault }, at) => {
    const attributes = [
      ...['TYPE=SUBTITLES', `GROUP-ID="${captionGroup}"`, `NAME="${names[at]}"`, `LANGUAGE="${language}"`],
      ...[`DEFAULT=${isDefault ? 'YES' : 'NO'}`, 'AUTOSELECT=YES', 'FORCED=NO'],
      ...(role === 'captions' ? [`CHARACTERISTICS="${hearing}"`] : []),
      `URI="${addressOf(id)}"`,
    ];
    return `#EXT-X-MEDIA:${attributes.join(',')}`;
  });
}

const hearing = 'public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound';

/** Names stand in quotes and are unique within their group (RFC 8216 §4.3.4.1.1). */
function uniqueNames(captions: readonly StreamCaption[]): string[] {
  const used = new Set<string>();
  return captions.map(({ title, language }) => {
    const wanted = title.replaceAll('"', '”') || language;
    let name = wanted;
    for (let count = 2; used.has(name); count++) name = `${wanted} (${count})`;
    used.add(name);
    return name;
  });
}

/** Sets of a DASH manifest. @param addressOf address of the text of a caption */
export const captionSets = (captions: readonly StreamCaption[], addressOf: (captionId: string) => string): string[] =>
  captions.flatMap(({ id, language, title, role, isDefault }) => [
    `<AdaptationSet contentType="text" mimeType="text/vtt" lang="${language}">`,
    `<Label>${escaped(title)}</Label>`,
    `<Role schemeIdUri="urn:mpeg:dash:role:2011" value="${role === 'captions' ? 'caption' : 'subtitle'}"/>`,
    ...(isDefault ? ['<Role schemeIdUri="urn:mpeg:dash:role:2011" value="main"/>'] : []),
    `<Representation id="c-${id}" bandwidth="1000"><BaseURL>${escaped(addressOf(id))}</BaseURL></Representation>`,
    '</AdaptationSet>',
  ]);

/** As text of XML 1.0, which two characters may not stand in that a title may hold. */
export const escaped = (text: string) =>
  text
    .replace(/[\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
