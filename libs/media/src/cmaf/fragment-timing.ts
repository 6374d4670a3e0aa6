/** Time stamps of a fragmented MP4 track, read from its boxes. @see ISO/IEC 14496-12 §8.4.2 (mdhd), §8.8.7 (tfhd), §8.8.8 (trun), §8.8.12 (tfdt) */

export interface FragmentTiming {
  /** Decode time of the first sample. */
  readonly startSeconds: number;
  readonly durationSeconds: number;
  /** Frames of picture, or blocks of sound. */
  readonly sampleCount: number;
}

/** Ticks a second. @param init initialisation segment with one track. @throws RangeError */
export function timescaleOf(init: Buffer): number {
  const mdhd = child(init, 'moov', 'trak', 'mdia', 'mdhd');
  return mdhd.readUInt32BE(mdhd[0] === 1 ? 20 : 12);
}

/** @param segment one movie fragment of one track. @throws RangeError when a box is missing or a sample has no duration */
export function timingOf(segment: Buffer, timescale: number): FragmentTiming {
  const traf = child(segment, 'moof', 'traf');
  const tfdt = child(traf, 'tfdt');
  const startTicks = tfdt[0] === 1 ? Number(tfdt.readBigUInt64BE(4)) : tfdt.readUInt32BE(4);
  const fallback = defaultDuration(child(traf, 'tfhd'));
  const runs = [...children(traf)].filter(({ type }) => type === 'trun').map(({ body }) => readRun(body, fallback));
  const sum = (pick: (run: Run) => number) => runs.reduce((total, run) => total + pick(run), 0);
  return {
    startSeconds: startTicks / timescale,
    durationSeconds: sum(({ durationTicks }) => durationTicks) / timescale,
    sampleCount: sum(({ sampleCount }) => sampleCount),
  };
}

interface Run {
  readonly durationTicks: number;
  readonly sampleCount: number;
}

function readRun(body: Buffer, fallback: number | undefined): Run {
  const flags = body.readUIntBE(1, 3);
  const sampleCount = body.readUInt32BE(4);
  if ((flags & 0x100) === 0) {
    if (fallback === undefined) throw new RangeError('samples have no duration');
    return { sampleCount, durationTicks: sampleCount * fallback };
  }
  const firstAt = 8 + fieldBytes(flags, [0x1, 0x4]);
  const sampleBytes = fieldBytes(flags, [0x100, 0x200, 0x400, 0x800]);
  let durationTicks = 0;
  for (let index = 0; index < sampleCount; index++) durationTicks += body.readUInt32BE(firstAt + index * sampleBytes);
  return { sampleCount, durationTicks };
}

function defaultDuration(tfhd: Buffer): number | undefined {
  const flags = tfhd.readUIntBE(1, 3);
  if ((flags & 0x8) === 0) return undefined;
  return tfhd.readUInt32BE(8 + ((flags & 0x1) === 0 ? 0 : 8) + fieldBytes(flags, [0x2]));
}

const fieldBytes = (flags: number, fields: readonly number[]) => 4 * fields.filter((field) => (flags & field) !== 0).length;

/** @returns the body of the first box at this path */
function child(parent: Buffer, ...path: readonly string[]): Buffer {
  let at = parent;
  for (const type of path) {
    const found = [...children(at)].find((box) => box.type === type);
    if (!found) throw new RangeError(`there is no ${path.join('/')}`);
    at = found.body;
  }
  return at;
}

function* children(parent: Buffer): Generator<{ readonly type: string; readonly body: Buffer }> {
  for (let at = 0; at + 8 <= parent.length; ) {
    const sizeBytes = parent.readUInt32BE(at);
    if (sizeBytes < 8) return;
    yield { type: parent.toString('latin1', at + 4, at + 8), body: parent.subarray(at + 8, at + sizeBytes) };
    at += sizeBytes;
  }
}
