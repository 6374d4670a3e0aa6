/** Sends videos as multipart forms, and their captions. */
import type { Answer, Api } from './api.ts';

/** @param wait seconds to wait for the job */
export function sendVideo(
  user: Api,
  bytes: Uint8Array,
  name: string,
  { fields = {}, wait }: { readonly fields?: Record<string, string>; readonly wait?: number } = {},
): Promise<Answer> {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.append(field, value);
  form.append('file', new Blob([bytes as Uint8Array<ArrayBuffer>]), name);
  return user.send(`/v1/videos${wait === undefined ? '' : `?wait=${wait}`}`, { method: 'POST', body: form });
}

/** @param query what is said of it: `language=es&isDefault=true` */
export const sendCaption = (user: Api, videoId: string, text: string | Uint8Array, query: string, type = 'text/vtt'): Promise<Answer> =>
  user.send(`/v1/videos/${videoId}/captions?${query}`, {
    method: 'POST',
    headers: { 'content-type': type },
    body: typeof text === 'string' ? text : new Blob([text as Uint8Array<ArrayBuffer>]),
  });
