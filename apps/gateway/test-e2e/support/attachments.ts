/** Sends attachments as multipart forms. */
import type { Answer, Api } from './api.ts';

/** A GIF of one pixel. */
export const pixel = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

export function sendAttachment(user: Api, bytes: Uint8Array, name: string, fields: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.append(field, value);
  form.append('file', new Blob([bytes as Uint8Array<ArrayBuffer>]), name);
  return user.send('/v1/attachments', { method: 'POST', body: form });
}
