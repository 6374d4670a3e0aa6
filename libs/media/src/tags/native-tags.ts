/** Maps frames of ID3v2 and chunks of RIFF INFO to the names of tags. */
import { repairText } from './text-encoding.ts';

/** One frame or chunk as music-metadata returns it. */
export interface NativeTag {
  readonly id: string;
  readonly value: unknown;
}

/** ID3v2.3 and 2.4, ID3v2.2, RIFF INFO; the names that ffmpeg gives them. */
const names: Readonly<Record<string, string>> = {
  ...{
    TALB: 'album',
    TPE2: 'album_artist',
    TPE1: 'artist',
    COMM: 'comment',
    TCOM: 'composer',
    TCOP: 'copyright',
    TDRC: 'date',
    TYER: 'date',
  },
  ...{ TPOS: 'disc', TCON: 'genre', TSRC: 'isrc', TEXT: 'lyricist', TPE3: 'performer', TPUB: 'publisher', TIT2: 'title', TRCK: 'track' },
  ...{ TAL: 'album', TP2: 'album_artist', TP1: 'artist', COM: 'comment', TCM: 'composer', TCR: 'copyright', TYE: 'date', TPA: 'disc' },
  ...{ TCO: 'genre', TRC: 'isrc', TXT: 'lyricist', TP3: 'performer', TPB: 'publisher', TT2: 'title', TRK: 'track' },
  ...{
    IPRD: 'album',
    IART: 'artist',
    ICMT: 'comment',
    ICOP: 'copyright',
    ICRD: 'date',
    IGNR: 'genre',
    INAM: 'title',
    ITRK: 'track',
    IPRT: 'track',
  },
};

/** Tags of which a recording may have several values; of the others the first one counts. */
const isList: ReadonlySet<string> = new Set(['album_artist', 'artist', 'composer', 'genre', 'lyricist', 'performer', 'publisher']);

const maxTags = 1_000;
const maxValues = 32;
const maxValueLength = 1_024;

/**
 * The known tags, with their text repaired. Several artists, genres, … are joined by `;`, as ffprobe joins those of Vorbis comments. Reads at most 1,000
 * frames, 32 values of a tag and 1,024 characters of a value.
 */
export function mapNativeTags(tags: readonly NativeTag[]): Record<string, string> {
  const values = new Map<string, Set<string>>();
  for (const { id, value } of tags.slice(0, maxTags)) {
    const name = names[id];
    const text = textOf(value);
    if (name === undefined || text === '') continue;
    const known = values.get(name) ?? new Set();
    if (known.size < (isList.has(name) ? maxValues : 1)) values.set(name, known.add(text));
  }
  return Object.fromEntries([...values].map(([name, texts]) => [name, [...texts].join(';')]));
}

/** A comment is an object with a description; comments with one are notes of programs (`iTunNORM`). */
function textOf(value: unknown): string {
  if (typeof value === 'string') return repairText(value.slice(0, maxValueLength));
  if (typeof value !== 'object' || value === null || !('text' in value) || typeof value.text !== 'string') return '';
  return 'descriptor' in value && value.descriptor ? '' : repairText(value.text.slice(0, maxValueLength));
}
