/**
 * Program that reads the tags of one untrusted file with music-metadata and prints them as JSON. It runs as a child process with limits of CPU time,
 * memory and output, and without permission to write files or start programs: `node read-tags.process.js PATH`.
 */
import { type IAudioMetadata, parseBuffer, parseFile } from 'music-metadata';
import { withFile } from '../random-access.ts';
import { id3v2Bytes, synchronisedTag } from './id3v2.ts';
import { mapNativeTags } from './native-tags.ts';

const maxTagBytes = 32 << 20;
/** Frames behind the tag, so that the parser finds what it expects there. */
const soundBytes = 64 << 10;
const options = { duration: false, skipCovers: true, skipPostHeaders: true } as const;

async function readTags(file: string): Promise<IAudioMetadata> {
  const id3Tag = await leadingTag(file);
  return id3Tag ? parseBuffer(id3Tag, { mimeType: 'audio/mpeg' }, options) : parseFile(file, options);
}

/** The ID3v2 tag at the beginning of the file without unsynchronisation, and the first frames of the sound. */
const leadingTag = (file: string): Promise<Buffer | undefined> =>
  withFile(file, async (bytes) => {
    const tagBytes = id3v2Bytes(await bytes.read(0, 10));
    if (tagBytes === 0) return undefined;
    if (tagBytes > maxTagBytes) throw new RangeError('the tag is too large');
    const tag = Buffer.from(await bytes.read(0, tagBytes));
    return Buffer.concat([synchronisedTag(tag), await bytes.read(tagBytes, soundBytes)]);
  });

const { native } = await readTags(process.argv[2] ?? '');
process.stdout.write(JSON.stringify(mapNativeTags(Object.values(native).flat())));
