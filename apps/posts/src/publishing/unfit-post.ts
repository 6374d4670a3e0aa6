/** Whether a publisher takes a post as it is. Pure. */
import type { OutgoingFile, Publisher } from './publisher.ts';

interface Fitting {
  readonly text: string;
  readonly files: readonly Pick<OutgoingFile, 'contentType' | 'sizeBytes'>[];
}

/**
 * @param maxBytes of all files together
 * @returns why the publisher does not take it, as a sentence; undefined where it does
 */
export function faultOfPost(
  publisher: Pick<Publisher, 'title' | 'textMaxUnits' | 'attachmentsMax' | 'faultOfFiles'>,
  { text, files }: Fitting,
  maxBytes: number,
): string | undefined {
  const { title, textMaxUnits, attachmentsMax } = publisher;
  if (text.trim() === '') return 'The post is blank.';
  if (text.length > textMaxUnits) return `${title} takes ${textMaxUnits} characters; the post has ${text.length}.`;
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const fault =
    files.length > attachmentsMax
      ? `At most ${attachmentsMax} are shown.`
      : sizeBytes > maxBytes
        ? `They have ${sizeBytes} bytes together; at most ${maxBytes} are sent.`
        : publisher.faultOfFiles(files);
  return fault && `The attachments do not fit. ${fault}`;
}
