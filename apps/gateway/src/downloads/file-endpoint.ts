/** What every route that sends a file of the store takes and answers. */
import * as z from 'zod';
import { headerText } from '#contracts';
import type { ResponseSpec } from '../http/endpoint.ts';

const header = headerText(1_024).optional();

export const fileHeaders = z.object({ range: header, 'if-range': header, 'if-none-match': header, 'if-match': header });

export const fileFailures = ['file-lost', 'precondition-failed', 'range-not-satisfiable'] as const;

/** @param contentType in the document; the answer has that of the file @param whole describes the whole file */
export const fileResponses = (contentType: string, whole: string): Readonly<Record<number, ResponseSpec>> => ({
  200: {
    contentType,
    description: whole,
    headers: {
      ETag: 'The SHA-256 of the bytes: equal tags mean equal files.',
      'Accept-Ranges': '`bytes`',
      'Content-Disposition': 'The name of the file.',
    },
  },
  206: { contentType, description: 'The part that was asked for.', headers: { 'Content-Range': 'Which part, and of how much.' } },
  304: { description: 'You have it already.' },
});
