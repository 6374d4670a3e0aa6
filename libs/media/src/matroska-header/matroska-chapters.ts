/** Chapters of a Matroska file, and the tags that would change what its tracks are called. @see RFC 9559 §5.1.7, §5.1.8 */
import type { ProbedDetails } from '../ffprobe.ts';
import { secondsOf } from '../movie-header/exact.ts';
import { UnusualFile } from '../movie-header/picture-format.ts';
import type { EbmlMaster } from './ebml.ts';

const id = {
  edition: 0x45b9,
  atom: 0xb6,
  uid: 0x73c4,
  start: 0x91,
  end: 0x92,
  display: 0x80,
  text: 0x85,
  isHidden: 0x98,
  isEnabled: 0x4598,
};
const nanosecondsPerSecond = 1e9;

/** @throws UnusualFile for editions, chapters within chapters, without end, or out of order */
export function chaptersOf(chapters: EbmlMaster): ProbedDetails['chapters'] {
  const [edition, ...others] = chapters.masters(id.edition);
  if (!edition || others.length > 0) throw new UnusualFile('several editions');
  let before = -1;
  return edition.masters(id.atom).map((atom): ProbedDetails['chapters'][number] => {
    const [uid, start, end] = [atom.unsigned(id.uid), atom.unsigned(id.start), atom.unsigned(id.end)];
    const isPlain = uid && start !== undefined && end !== undefined && start > before && end >= start;
    if (!isPlain || atom.bytes(id.atom) || atom.unsigned(id.isHidden)) throw new UnusualFile('a rare chapter');
    before = start;
    const title = atom.master(id.display)?.text(id.text);
    const seconds = (nanoseconds: number) => secondsOf(nanoseconds, nanosecondsPerSecond);
    return { start_time: seconds(start), end_time: seconds(end), tags: title ? { title } : {} };
  });
}

const [tag, targets, targetLevel, simpleTag, tagName] = [0x7373, 0x63c0, 0x68ca, 0x67c8, 0x45a3];
const renamed = new Set(['title', 'language', 'rotate']);

/** @throws UnusualFile for a tag of a track or chapter that ffprobe shows in place of what the track says */
export function refuseRenaming(tags: EbmlMaster): void {
  for (const each of tags.masters(tag)) {
    const isOfFile = [...(each.master(targets)?.ids() ?? [])].every((target) => target === targetLevel || target === 0x63ca);
    const names = each.masters(simpleTag).map((simple) => simple.text(tagName)?.toLowerCase() ?? '');
    if (!isOfFile && names.some((name) => renamed.has(name))) throw new UnusualFile('a tag that renames');
  }
}
