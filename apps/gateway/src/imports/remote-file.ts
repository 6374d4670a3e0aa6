/** Downloads a file from a user-supplied URL; checks address, status, size and first bytes before storing. */
import { Readable } from 'node:stream';
import { fileTypeFromBuffer } from 'file-type';
import type { Outbound, OutboundLimits, OutboundResponse } from '#compute';
import { Failure } from '#contracts';
import { aboveFloor, type SpeedFloor } from './speed-floor.ts';

export interface RemoteFile {
  readonly url: URL;
  readonly contentDisposition: string | undefined;
  readonly contentType: string | undefined;
  /** Must be consumed or destroyed. */
  readonly bytes: Readable;
}

export interface Fetching {
  readonly url: string;
  /** Failure when the first bytes are those of something else than the file is to be. */
  readonly otherMedia: 'media-not-audio' | 'media-not-video' | 'documents-invalid';
  readonly limits: OutboundLimits;
  /** Time limit from the request to the first byte of the body, including redirects. */
  readonly firstByteMs: number;
  readonly floor: SpeedFloor;
  readonly signal: AbortSignal;
  /** Called before the body is read, with its Content-Length; 0 where it is not told. What it throws ends the fetch. */
  readonly onSize: (bytes: number) => Promise<void>;
  /** Called after each chunk; `totalBytes` only with a Content-Length. */
  readonly onBytes: (soFarBytes: number, totalBytes: number | undefined) => void;
}

const maxRedirects = 3;
/** Number of bytes for media type detection. */
const headBytes = 4_100;
/** Statuses after which a retry may succeed. */
const passing: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * @throws Failure `address-refused`; `remote-unreachable`, retryable; `remote-refused` for statuses other than 200 and for compressed
 * responses; `payload-too-large`; `otherMedia` when the first bytes are of another kind. `bytes` fails with the same codes.
 */
export async function fetchRemoteFile(outbound: Outbound, fetching: Fetching): Promise<RemoteFile> {
  const { url, limits, floor, onBytes } = fetching;
  const { signal, arrived } = untilFirstByte(fetching);
  const response = await outbound
    .send({
      url,
      limits,
      signal,
      maxRedirects,
      headers: { accept: accepted[fetching.otherMedia] },
    })
    .catch((error: unknown) => {
      arrived();
      throw error;
    });
  try {
    checkAnswer(response);
    await fetching.onSize(lengthOf(response) ?? 0);
    const pieces = aboveFloor(noticing(response.body, arrived), floor);
    const head = await readHead(pieces);
    await checkHead(head, response.headers['content-type'], fetching.otherMedia);
    const bytes = Readable.from(counted(head, pieces, lengthOf(response), onBytes), { objectMode: false });
    bytes.once('close', () => response.body.destroy());
    const { 'content-disposition': contentDisposition, 'content-type': contentType } = response.headers;
    return { url: response.url, contentDisposition, contentType, bytes };
  } catch (error) {
    arrived();
    response.body.destroy();
    throw error;
  }
}

/** Aborts when the server accepts the request but sends no or very slow headers. */
function untilFirstByte({ firstByteMs, signal }: Fetching): { readonly signal: AbortSignal; readonly arrived: () => void } {
  const control = new AbortController();
  const late = () =>
    control.abort(new Failure('remote-unreachable', `The server did not start the response within ${firstByteMs / 1_000} s.`));
  const timer = setTimeout(late, firstByteMs);
  return { signal: AbortSignal.any([signal, control.signal]), arrived: () => clearTimeout(timer) };
}

/** @param onFirst called at the first chunk, or at the end of an empty body */
async function* noticing(body: Readable, onFirst: () => void): AsyncGenerator<Buffer, void, undefined> {
  for await (const piece of body as AsyncIterable<Buffer>) {
    onFirst();
    yield piece;
  }
  onFirst();
}

function checkAnswer({ status, headers }: OutboundResponse): void {
  if (passing.has(status)) throw new Failure('remote-unreachable', `The server answered ${status}.`);
  if (status !== 200) throw new Failure('remote-refused', `The server answered ${status}.`);
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new Failure('remote-refused', 'The server sends the file with an unsupported Content-Encoding.');
}

const lengthOf = ({ headers }: OutboundResponse) => (headers['content-length'] ? Number(headers['content-length']) : undefined);

async function readHead(pieces: AsyncIterator<Buffer>): Promise<Buffer> {
  const head: Buffer[] = [];
  for (let sizeBytes = 0; sizeBytes < headBytes; ) {
    const { done, value } = await pieces.next();
    if (done) break;
    head.push(value);
    sizeBytes += value.length;
  }
  return Buffer.concat(head);
}

const media = 'audio/*, video/*, application/ogg, */*;q=0.1';
const accepted: Readonly<Record<Fetching['otherMedia'], string>> = {
  'media-not-audio': media,
  'media-not-video': media,
  'documents-invalid': 'application/x-ndjson, text/csv, */*;q=0.1',
};
const wanted: typeof accepted = { 'media-not-audio': 'audio', 'media-not-video': 'video', 'documents-invalid': 'NDJSON or CSV' };

/** Rejects only what is known to be of another kind; the service checks the rest. */
async function checkHead(head: Buffer, contentType: string | undefined, otherMedia: Fetching['otherMedia']): Promise<void> {
  const known = (await fileTypeFromBuffer(head))?.mime;
  const isOther = otherMedia === 'documents-invalid' ? isNoDocuments(known, contentType) : isNoMedia(known, contentType);
  if (isOther) throw new Failure(otherMedia, `The URL returns ${known ?? contentType}, not ${wanted[otherMedia]}.`);
}

const isNoMedia = (known: string | undefined, contentType = ''): boolean =>
  known ? !/^(audio|video)\/|^application\/(ogg|mp4|vnd\.ms-asf)$/.test(known) : /^text\/|json|xml/i.test(contentType);

const isNoDocuments = (known: string | undefined, contentType = ''): boolean =>
  known !== undefined || /^(audio|video|image)\/|html|xml/i.test(contentType);

async function* counted(head: Buffer, rest: AsyncIterator<Buffer>, totalBytes: number | undefined, onBytes: Fetching['onBytes']) {
  let soFarBytes = head.length;
  if (head.length > 0) yield head;
  for (let piece = await rest.next(); !piece.done; piece = await rest.next()) {
    soFarBytes += piece.value.length;
    onBytes(soFarBytes, totalBytes);
    yield piece.value;
  }
}
