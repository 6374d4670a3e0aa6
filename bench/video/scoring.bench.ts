/** Scoring of metadata against JSON.parse of the same lines, by CPU time in one process; `npm run bench -- video/scoring`. */
import { RowBlocks } from '../../apps/video/src/scoring/merge-blocks.ts';
import { readRows } from '../../apps/video/src/scoring/read-rows.ts';
import { RowSpool } from '../../apps/video/src/scoring/row-spool.ts';
import { scoreColumns } from '../../apps/video/src/scoring/score-columns.ts';

const fields = { names: ['views', 'likes', 'durationSeconds'], groupBy: 'channel' };
const weights = [1, 2, -1];
const blockBytes = 1_048_576;
const rounds = 5;

interface Video {
  readonly id: string;
  readonly title: string;
  readonly channel: string;
  readonly views: number;
  readonly likes: number;
  readonly durationSeconds: number;
}

/** Spread evenly, the same in each run. */
const spread = (at: number, max: number) => (at * 2_654_435_761) % max;
const video = (at: number): Video => ({
  ...{ id: `video-${at}`, title: 'A holiday', channel: `channel-${at % 50}` },
  ...{ views: spread(at, 1_000_003), likes: spread(at, 10_007), durationSeconds: spread(at, 100_003) / 100 },
});

function blocksOf(bytes: Buffer): Buffer[] {
  const blocks: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const wanted = start + blockBytes;
    const end = wanted >= bytes.length ? bytes.length : bytes.lastIndexOf(10, wanted) + 1;
    blocks.push(bytes.subarray(start, end));
    start = end;
  }
  return blocks;
}

/** CPU seconds of the quickest of some rounds: the others were disturbed. */
function cpuSeconds(work: () => unknown): number {
  const times = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  });
  return Math.max(1e-4, Math.min(...times));
}

function fromObjects(videos: readonly Video[]) {
  const spool = new RowSpool(fields, videos.length);
  for (const [at, each] of videos.entries()) spool.add(each, at + 1);
  return scored([spool.columns()]);
}

function scored(columns: readonly ReturnType<RowSpool['columns']>[]) {
  const blocks = new RowBlocks({ maxGroups: 1_000 });
  for (const each of columns) blocks.add(each);
  const { sizeBytes } = blocks;
  return { sizeBytes, scores: scoreColumns(blocks.merge(fields.names.length), weights) };
}

const fromText = (blocks: readonly Buffer[]) => scored(blocks.map((bytes) => readRows({ bytes, firstLine: 1, lineCount: 20_000, fields })));

for (const count of [1_000, 100_000, 1_000_000]) {
  const videos = Array.from({ length: count }, (_, at) => video(at));
  const lines = videos.map((each) => JSON.stringify(each));
  const blocks = blocksOf(Buffer.from(lines.join('\n')));
  const parse = cpuSeconds(() => lines.reduce((sum, line) => sum + (JSON.parse(line) as Video).views, 0));
  const [objects, text] = [cpuSeconds(() => fromObjects(videos)), cpuSeconds(() => fromText(blocks))];
  const perSecond = (seconds: number) => `${(count / seconds / 1e6).toFixed(2)} M rows/s`;
  const bytesOfRow = (fromText(blocks).sizeBytes / count + 8 + 8 + 8 + 4).toFixed(0);
  console.log(
    `${count} rows: from objects ${perSecond(objects)}, from text ${perSecond(text)}, JSON.parse alone ${perSecond(parse)}, ratio ${(parse / text).toFixed(2)}, ${bytesOfRow} bytes a row`,
  );
}
