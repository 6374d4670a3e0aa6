import { RowBlocks } from '../../apps/video/src/scoring/merge-blocks.ts';
import { readRows } from '../../apps/video/src/scoring/read-rows.ts';
import { RowSpool } from '../../apps/video/src/scoring/row-spool.ts';
import { scoreColumns } from '../../apps/video/src/scoring/score-columns.ts';

const cpu = <T>(f: () => T): [number, T] => {
  const c = process.cpuUsage();
  const v = f();
  const d = process.cpuUsage(c);
  return [(d.user + d.system) / 1e6, v];
};
let seed = 7;
const rnd = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;
const fields = { names: ['views', 'likes', 'durationSeconds'], groupBy: 'channel' };
for (const n of [300_000]) {
  const objects = Array.from({ length: n }, (_, i) => ({
    id: `video-${i}`,
    title: 'A holiday',
    channel: `c${i % 50}`,
    views: Math.floor(rnd() * 1e6),
    likes: Math.floor(rnd() * 1e4),
    durationSeconds: Math.round(rnd() * 1e5) / 100,
  }));
  const lines = objects.map((o) => JSON.stringify(o));
  const bytes = Buffer.from(lines.join('\n'));
  const blocks: Buffer[] = [];
  for (let a = 0; a < bytes.length; ) {
    let e = Math.min(bytes.length, a + (1 << 20));
    if (e < bytes.length) e = bytes.lastIndexOf(10, e) + 1;
    blocks.push(bytes.subarray(a, e));
    a = e;
  }
  for (let round = 0; round < 4; round++) {
    const [parse] = cpu(() => {
      let s = 0;
      for (const line of lines) s += JSON.parse(line).views;
      return s;
    });
    const [parse2] = cpu(() => {
      let s = 0;
      for (const b of blocks) for (const line of b.toString().split('\n')) if (line) s += JSON.parse(line).views;
      return s;
    });
    const [fromObjects] = cpu(() => {
      const spool = new RowSpool(fields, n);
      let l = 1;
      for (const o of objects) spool.add(o, l++);
      const b = new RowBlocks({ maxGroups: 1000 });
      b.add(spool.columns());
      return scoreColumns(b.merge(3), [1, 2, -1]);
    });
    const [read, rb] = cpu(() => {
      const b = new RowBlocks({ maxGroups: 1000 });
      let l = 1;
      for (const x of blocks) {
        b.add(readRows({ bytes: x, firstLine: l, lineCount: 20000, fields }));
        l += 20000;
      }
      return b.merge(3);
    });
    const [score] = cpu(() => scoreColumns(rb, [1, 2, -1]));
    console.log(
      n,
      'JSON.parse',
      (n / parse / 1e3).toFixed(0),
      'with split',
      (n / parse2 / 1e3).toFixed(0),
      'objects k/s',
      (n / fromObjects / 1e3).toFixed(0),
      'read',
      (n / read / 1e3).toFixed(0),
      'score',
      (n / score / 1e3).toFixed(0),
      'text total ratio',
      (parse / (read + score)).toFixed(2),
      (parse2 / (read + score)).toFixed(2),
    );
  }
}
