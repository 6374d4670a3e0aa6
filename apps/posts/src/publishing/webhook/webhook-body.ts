/** The body of a signed request: JSON with its files in base64, made while it is read, so that no file is held in memory as a whole. */
import type { OutgoingFile, OutgoingPost } from '../publisher.ts';

export interface WebhookBody {
  readonly sizeBytes: number;
  /** The same bytes each time it is called. @throws Failure `file-lost` */
  chunks(): AsyncIterable<Uint8Array>;
}

export function webhookBody({ id, text, files }: OutgoingPost, at: Date): WebhookBody {
  const message = JSON.stringify({ id, type: 'post.publish', timestamp: at.toISOString(), data: { id, text } });
  const parts: (Buffer | OutgoingFile)[] = [Buffer.from(`${message.slice(0, -'}}'.length)},"attachments":[`)];
  for (const [index, file] of files.entries()) {
    const { fileName, contentType, sizeBytes } = file;
    const description = JSON.stringify({ fileName, contentType, sizeBytes }).slice(0, -'}'.length);
    parts.push(Buffer.from(`${index > 0 ? ',' : ''}${description},"base64":"`), file, Buffer.from('"}'));
  }
  parts.push(Buffer.from(']}}'));
  return { sizeBytes: parts.reduce((sum, part) => sum + sizeOf(part), 0), chunks: () => bytesOf(parts) };
}

const sizeOf = (part: Buffer | OutgoingFile): number => (Buffer.isBuffer(part) ? part.length : 4 * Math.ceil(part.sizeBytes / 3));

async function* bytesOf(parts: readonly (Buffer | OutgoingFile)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts)
    if (Buffer.isBuffer(part)) yield part;
    else yield* inBase64(part.open());
}

/** Three bytes become four characters: what is left of a chunk goes with the next one. */
async function* inBase64(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array();
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([rest, chunk]);
    const whole = bytes.length - (bytes.length % 3);
    rest = bytes.subarray(whole);
    if (whole > 0) yield Buffer.from(bytes.toString('base64', 0, whole), 'latin1');
  }
  if (rest.length > 0) yield Buffer.from(Buffer.from(rest).toString('base64'), 'latin1');
}
