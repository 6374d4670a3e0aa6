/** Decides how a file is answered: whole, in part, not at all (RFC 9110 §13 and §14). Pure: headers in, status and headers out. */
import { Failure } from '#contracts';
import { etagMatches, etagOfDigest, ifMatchHolds, ifRangeHolds } from '../http/etag.ts';
import { type ByteRange, contentRange, readByteRange } from './byte-range.ts';
import { attachment } from './content-disposition.ts';

export interface FileFacts {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly contentType: string;
  readonly fileName: string;
}

export interface FileQuestion {
  readonly method: string;
  readonly range?: string | undefined;
  readonly 'if-range'?: string | undefined;
  readonly 'if-match'?: string | undefined;
  readonly 'if-none-match'?: string | undefined;
}

export interface FileAnswer {
  readonly status: 200 | 206 | 304;
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes to send; absent where there are none to send (HEAD, 304). */
  readonly bytes?: Partial<ByteRange>;
}

/** @throws Failure precondition-failed; range-not-satisfiable (its `Content-Range` is {@link file} size, which the caller knows) */
export function answerFile(file: FileFacts, question: FileQuestion): FileAnswer {
  const etag = etagOfDigest(file.sha256);
  const always = { etag, 'accept-ranges': 'bytes' };
  if (!ifMatchHolds(question['if-match'], etag)) throw new Failure('precondition-failed', 'The file is not the one that If-Match names.');
  if (etagMatches(question['if-none-match'], etag)) return { status: 304, headers: always };

  const headers = { ...always, 'content-type': file.contentType, 'content-disposition': attachment(file.fileName) };
  const range = rangeOf(file, question, etag);
  if (range === 'unsatisfiable') throw new Failure('range-not-satisfiable', `The file has ${file.sizeBytes} bytes.`);
  if (range === 'whole') return whole(file, question, headers);
  const partial = { 'content-length': String(range.end - range.start + 1), 'content-range': contentRange(range, file.sizeBytes) };
  return { status: 206, headers: { ...headers, ...partial }, bytes: range };
}

/** Ranges are for GET alone (§14.2). */
const rangeOf = (file: FileFacts, question: FileQuestion, etag: string) =>
  question.method === 'GET' && ifRangeHolds(question['if-range'], etag) ? readByteRange(question.range, file.sizeBytes) : 'whole';

function whole(file: FileFacts, question: FileQuestion, headers: Record<string, string>): FileAnswer {
  const answer = { status: 200, headers: { ...headers, 'content-length': String(file.sizeBytes) } } as const;
  return question.method === 'HEAD' ? answer : { ...answer, bytes: {} };
}
