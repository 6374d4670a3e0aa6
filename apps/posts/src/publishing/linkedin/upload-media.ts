/** Uploads pictures and documents to LinkedIn, which gives each an id and takes some time until it is available. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Access, type OutgoingFile, type Refusal, withoutEffect } from '../publisher.ts';
import { type Answer, isAnswer } from '../publisher-http.ts';
import { detailOf, refusalIn } from './linkedin-answers.ts';
import type { LinkedInApi } from './linkedin-api.ts';

/** Looks at a file that is being processed; 1 s, 2 s, 4 s apart. */
const maxLooks = 4;

/** @returns the ids in the order of the files, or why one could not be uploaded: nothing has been published then */
export async function uploadMedia(
  api: LinkedInApi,
  access: Access,
  files: readonly OutgoingFile[],
  signal: AbortSignal,
): Promise<{ readonly ids: readonly string[] } | Refusal> {
  const ids: string[] = [];
  for (const file of files) {
    const uploaded = await uploadOne(api, access, file, signal);
    if ('kind' in uploaded) return withoutEffect(uploaded); // an upload publishes nothing
    ids.push(uploaded.id);
  }
  return { ids };
}

const nounOf = ({ contentType }: OutgoingFile) => (contentType === 'application/pdf' ? 'documents' : 'images');

async function uploadOne(
  api: LinkedInApi,
  access: Access,
  file: OutgoingFile,
  signal: AbortSignal,
): Promise<{ readonly id: string } | Refusal> {
  const noun = nounOf(file);
  const path = `/rest/${noun}?action=initializeUpload`;
  const begun = await api.rest(access, { path, method: 'POST', body: { initializeUploadRequest: { owner: access.author } }, signal });
  const value = isAnswer(begun) ? (begun.body.value as Record<string, unknown> | undefined) : undefined;
  const id = value?.[noun === 'images' ? 'image' : 'document'];
  if (typeof id !== 'string' || typeof value?.uploadUrl !== 'string' || !/^urn:li:(?:image|document):[\w-]{1,100}$/.test(id))
    return refusalOf(begun) ?? { kind: 'refused', detail: 'LinkedIn gave no address to upload a file to.' };
  const sent = refusalOf(await api.upload(value.uploadUrl, access, file, signal));
  return sent ?? whenAvailable(api, access, `/rest/${noun}/${encodeURIComponent(id)}`, id, signal);
}

const refusalOf = (answer: Answer | Refusal): Refusal | undefined => (isAnswer(answer) ? refusalIn(answer) : answer);

/** Without the permission to read its state the file is taken as available. */
async function whenAvailable(
  api: LinkedInApi,
  access: Access,
  path: string,
  id: string,
  signal: AbortSignal,
): Promise<{ readonly id: string } | Refusal> {
  for (let look = 0; look < maxLooks; look++) {
    const answer = await api.rest(access, { path, signal });
    if (!isAnswer(answer)) return answer;
    if (answer.status === 403 || answer.body.status === 'AVAILABLE') return { id };
    if (answer.body.status === 'PROCESSING_FAILED')
      return { kind: 'refused', detail: `LinkedIn cannot process a file. ${detailOf(answer)}` };
    const refusal = refusalIn(answer);
    if (refusal) return refusal;
    await delay(1_000 * 2 ** look, undefined, { signal });
  }
  return { kind: 'unreachable', mayHaveActed: false, detail: 'LinkedIn is still processing a file.' };
}
