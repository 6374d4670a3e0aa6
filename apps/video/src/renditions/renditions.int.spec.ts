/** Renditions of two owners of the same bytes: encoded once, resumed where they stopped, let go with the last. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Job } from '#contracts';
import { type ManagedServer, makeVideoCorpus, mp4Box, startNats, until, type VideoCorpus } from '#testing';
import { videoEncoders, x264 } from '../encoders/video-encoders.ts';
import { asOwner, type OwnedVideo, openRenditions, type RenditionFixture, singleRungOnly, standIn } from './testing/rendition-fixture.ts';

let nats: ManagedServer;
let corpus: VideoCorpus;
let fixture: RenditionFixture;
const svtAv1 = videoEncoders.find(({ codec }) => codec === 'av1')!;
let best = x264;
let demoted: string[][] = [];
let original: Buffer;
/** 12 s: three segments of picture, three of sound. The bytes are new in each test. */
let path: string;
let sha256: string;

beforeAll(async () => {
  nats = await startNats();
  corpus = await makeVideoCorpus();
  const inputs = ['-f', 'lavfi', '-i', 'testsrc=s=160x90:r=25:d=12', '-f', 'lavfi', '-i', 'sine=440:r=48000:d=12'];
  const encoders = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '50', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
  original = await readFile(await corpus.make(...inputs, ...encoders, 'long.mp4'));
  fixture = await openRenditions(nats.url, corpus.folder, {
    best: async (codec) => (codec === 'av1' ? svtAv1 : best),
    demote: async ({ name }, reason) => void demoted.push([name, reason]),
  });
}, 60_000);
afterAll(async () => {
  await fixture?.close();
  await corpus?.remove();
  await nats?.stop();
});
let count = 0;
beforeEach(async () => {
  path = await corpus.write(`long-${count++}.mp4`, Buffer.concat([original, mp4Box('free', randomBytes(16))]));
  sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
});
afterEach(() => {
  fixture.gate.open();
  [best, demoted] = [x264, []];
});

const hasEnded = ({ endedAt }: Job) => endedAt !== null;
const isWaiting = ({ state, phase }: Job) => state === 'queued' && phase === 'waiting';
const segments = () =>
  fixture.rows<{ preset: string; index: number; sha256: string }>(
    'SELECT e.preset, s.index, s.sha256 FROM video.segment s JOIN video.encoding e ON e.id = s.encoding_id WHERE e.source_sha256 = $1 ORDER BY 1, 2',
    [sha256],
  );
const used = async ({ ownerId }: OwnedVideo) => {
  const rows = await fixture.rows<{ meter: string; amount: string }>(
    'SELECT meter, sum(amount)::text AS amount FROM usage.daily WHERE owner_id = $1 GROUP BY 1 ORDER BY 1',
    [ownerId],
  );
  return Object.fromEntries(rows.map(({ meter, amount }) => [meter, Number(amount)]));
};
const announced = async ({ ownerId }: OwnedVideo) => {
  const rows = await fixture.rows<{ type: string }>(
    "SELECT type FROM jobs.announcement WHERE owner_id = $1 AND noun <> 'job' ORDER BY id",
    [ownerId],
  );
  return rows.map(({ type }) => type);
};
const heldBlobs = async () => (await fixture.rows('SELECT sha256 FROM blobs.reference')).length;
const remove = ({ ownerId, videoId }: OwnedVideo, renditionId: string) =>
  asOwner(ownerId, () => fixture.renditions.remove({ videoId, renditionId }));

describe('two owners of the same bytes', () => {
  it('who ask at once, each several times, get a rendition each and one encode between them', async () => {
    const owners = [await fixture.own(path), await fixture.own(path)];
    const asked = owners.flatMap((owner) => [1, 2, 3].map(() => fixture.create(owner)));
    const made = await Promise.all(asked);
    expect(new Set(made.map(({ id }) => id)).size).toBe(2);
    for (const [at, owner] of owners.entries()) {
      const rendition = made[at * 3]!;
      expect(await fixture.reached(owner.ownerId, rendition, hasEnded)).toMatchObject({ state: 'succeeded', attempts: 1 });
      const ready = await fixture.get(owner, rendition.id);
      expect(ready).toMatchObject({ state: 'ready', preset: 'web-240p@1', widthPx: 160, heightPx: 90, frameRate: 25 });
      expect(ready).toMatchObject({ segmentCount: 3, durationSeconds: 12, title: 'Holiday (web-240p)' });
      expect(await used(owner)).toEqual({ storageBytes: ready.sizeBytes, videoMinutes: 0.2 });
      expect(await announced(owner)).toEqual(['video-rendition.ready']);
    }
    const stored = await segments();
    expect(stored.map(({ preset, index }) => `${preset} ${index}`).length).toBe(new Set(stored.map(({ sha256 }) => sha256)).size);
    expect(await fixture.rows('SELECT count(*)::int AS encodings FROM video.encoding WHERE source_sha256 = $1', [sha256])).toEqual([
      { encodings: 2 },
    ]);
  });

  it('do not encode for each other: the second waits without an attempt, and is ready without work', async () => {
    const [first, second] = [await fixture.own(path), await fixture.own(path)];
    const closed = fixture.gate.closeAfter(2);
    const one = await fixture.create(first);
    await closed;
    const other = await fixture.create(second);
    expect(await fixture.reached(second.ownerId, other, isWaiting)).toMatchObject({ attempts: 0 });
    fixture.gate.open();
    await fixture.reached(first.ownerId, one, hasEnded);
    expect(await fixture.reached(second.ownerId, other, hasEnded)).toMatchObject({ state: 'succeeded', attempts: 1 });
    const third = await fixture.own(path);
    expect(await fixture.create(third)).toMatchObject({ state: 'ready', job: { state: 'succeeded' } });
    expect((await used(third)).videoMinutes).toBe(0.2);
  });

  it('keep what is theirs when one deletes, also in the middle; the last lets all bytes go', async () => {
    const [first, second] = [await fixture.own(path), await fixture.own(path)];
    const heldBefore = await heldBlobs();
    const closed = fixture.gate.closeAfter(4);
    const one = await fixture.create(first);
    await closed;
    const other = await fixture.create(second);
    await fixture.reached(second.ownerId, other, isWaiting);
    const before = await segments();
    await remove(first, one.id);
    fixture.gate.open();
    expect(await fixture.reached(second.ownerId, other, hasEnded)).toMatchObject({ state: 'succeeded' });
    expect(await segments()).toEqual(expect.arrayContaining(before));
    expect(await fixture.get(second, other.id)).toMatchObject({ state: 'ready', segmentCount: 3 });
    await expect(fixture.get(first, one.id)).rejects.toMatchObject({ code: 'rendition-not-found' });
    await Promise.allSettled([1, 2].map(() => remove(second, other.id)));
    expect(await announced(second)).toEqual(['video-rendition.ready', 'video-rendition.deleted']);
    expect(await announced(first)).toEqual(['video-rendition.failed', 'video-rendition.deleted']);
    expect(await heldBlobs()).toBe(heldBefore);
    expect(await fixture.rows('SELECT 1 FROM video.encoding WHERE source_sha256 = $1', [sha256])).toEqual([]);
    expect(await used(second)).toEqual({ storageBytes: 0, videoMinutes: 0.2 });
  });

  it('never lose an encoding that one asks for while the other deletes the last rendition of it', async () => {
    const short = await corpus.video('plain.mp4');
    for (let round = 0; round < 3; round++) {
      const [first, second] = [await fixture.own(short), await fixture.own(short)];
      const one = await fixture.create(first, 'audio-only');
      await fixture.reached(first.ownerId, one, hasEnded);
      const [, made] = await Promise.all([remove(first, one.id), fixture.create(second, 'audio-only')]);
      expect(await fixture.reached(second.ownerId, made, hasEnded)).toMatchObject({ state: 'succeeded' });
      expect(await fixture.get(second, made.id)).toMatchObject({ state: 'ready', segmentCount: 1, codecs: 'mp4a.40.2' });
      await remove(second, made.id);
    }
  });
});

describe('an encode that is cancelled', () => {
  it('ends ffmpeg at once, and goes on at the first missing segment when it is asked for again', async () => {
    const owner = await fixture.own(path);
    const closed = fixture.gate.closeAfter(5);
    const made = await fixture.create(owner);
    await closed;
    // Picture and sound are stored beside each other: one waits while the row of the other may not be written yet.
    expect(await until(async () => (await segments()).length > 2, 10_000)).toBe(true);
    const before = await segments();
    await fixture.engine.store.cancel(made.job!.id, owner.ownerId);
    expect(await until(() => !isEncoding(corpus.folder), 10_000)).toBe(true);
    expect(await fixture.get(owner, made.id)).toMatchObject({ state: 'failed', problem: { code: 'cancelled' } });
    fixture.gate.open();
    await fixture.engine.store.retry(made.job!.id, owner.ownerId);
    await fixture.reached(owner.ownerId, made, ({ state }) => state === 'succeeded');
    const after = await segments();
    expect(after).toEqual(expect.arrayContaining(before));
    expect(after.map(({ preset, index }) => `${preset} ${index}`)).toEqual(
      ['audio-only', 'web-240p'].flatMap((preset) => [0, 1, 2].map((index) => `${preset} ${index}`)),
    );
  });
});

describe('several presets of one video', () => {
  const size = { displayWidthPx: 640, displayHeightPx: 480 }; // as it says; the pixels are 160 × 90, which is quicker
  it('asked for together are encoded by one run, and each owner of one has it', async () => {
    const owner = await fixture.own(path, size);
    const callsBefore = fixture.ffmpegCalls();
    const asked = await asOwner(owner.ownerId, () => fixture.renditions.createLadder({ videoId: owner.videoId }));
    expect(asked.map(({ preset }) => preset)).toEqual(['web-480p@1', 'web-360p@1', 'web-240p@1']);
    for (const each of asked) {
      expect(await fixture.reached(owner.ownerId, each, hasEnded)).toMatchObject({ state: 'succeeded' });
      expect(await fixture.get(owner, each.id)).toMatchObject({ state: 'ready', segmentCount: 3 });
    }
    expect(fixture.ffmpegCalls() - callsBefore).toBe(2); // the pictures, and the sound
    const again = await asOwner(owner.ownerId, () => fixture.renditions.createLadder({ videoId: owner.videoId, presets: ['web-240p'] }));
    expect(again).toMatchObject([{ id: asked[2]!.id, state: 'ready' }]);
  });

  it('that fail in one run are encoded alone, each by its own job', async () => {
    best = singleRungOnly;
    const owner = await fixture.own(path, size);
    const callsBefore = fixture.ffmpegCalls();
    const asked = await asOwner(owner.ownerId, () => fixture.renditions.createLadder({ videoId: owner.videoId }));
    for (const each of asked) {
      expect(await fixture.reached(owner.ownerId, each, hasEnded)).toMatchObject({ state: 'succeeded', attempts: 1 });
      expect(await fixture.get(owner, each.id)).toMatchObject({ state: 'ready', segmentCount: 3 });
    }
    expect(fixture.ffmpegCalls() - callsBefore).toBe(6); // the sound, all three, one, the other two, one, one
  });

  it('go on without the one that is deleted meanwhile', async () => {
    const owner = await fixture.own(path, size);
    const closed = fixture.gate.closeAfter(6);
    const [high, low] = await asOwner(owner.ownerId, () =>
      fixture.renditions.createLadder({ videoId: owner.videoId, presets: ['web-480p', 'web-240p'] }),
    );
    await closed;
    const jobs = await fixture.engine.store.statesOf([high!.job!.id, low!.job!.id], owner.ownerId);
    const [leader, other] = jobs.get(high!.job!.id) === 'running' ? [high!, low!] : [low!, high!];
    await remove(owner, other.id);
    fixture.gate.open();
    expect(await fixture.reached(owner.ownerId, leader, hasEnded)).toMatchObject({ state: 'succeeded', attempts: 1 });
    expect(await fixture.get(owner, leader.id)).toMatchObject({ state: 'ready', segmentCount: 3 });
    const left = await fixture.rows('SELECT preset FROM video.encoding WHERE source_sha256 = $1 ORDER BY 1', [sha256]);
    expect(left).toEqual([{ preset: 'audio-only' }, { preset: leader.preset.replace('@1', '') }]);
  });

  it('are refused all when one is not possible', async () => {
    const owner = await fixture.own(path, size);
    const ask = () => fixture.renditions.createLadder({ videoId: owner.videoId, presets: ['web-240p', 'web-1080p'] });
    await expect(asOwner(owner.ownerId, ask)).rejects.toMatchObject({ code: 'rendition-not-possible' });
    expect(await asOwner(owner.ownerId, () => fixture.renditions.allOf(owner.videoId))).toEqual([]);
  });
});

describe('a quota', () => {
  it('keeps its owner from new renditions, and one that does not fit in is not played', async () => {
    const owner = await fixture.own(path);
    const limit = (amount: number) =>
      fixture.rows(
        `INSERT INTO usage.quota (owner_id, meter, amount) VALUES ($1, 'storageBytes', $2)
         ON CONFLICT (owner_id, meter) DO UPDATE SET amount = excluded.amount`,
        [owner.ownerId, amount],
      );
    await limit(0);
    await expect(fixture.create(owner)).rejects.toMatchObject({ code: 'quota-exceeded' });
    await limit(1);
    const made = await fixture.create(owner);
    expect(await fixture.reached(owner.ownerId, made, hasEnded)).toMatchObject({ state: 'failed' });
    expect(await fixture.get(owner, made.id)).toMatchObject({ state: 'failed', problem: { code: 'quota-exceeded' } });
    const segment = { videoId: owner.videoId, renditionId: made.id, track: 'video' as const, index: 0 };
    await expect(asOwner(owner.ownerId, () => fixture.streams.locate(segment))).rejects.toMatchObject({ code: 'rendition-failed' });
    await expect(asOwner(owner.ownerId, () => fixture.streams.list(owner.videoId))).rejects.toMatchObject({ code: 'rendition-failed' });
  });
});

describe('a claim on an encoding', () => {
  it('is made by one of two running jobs that ask at once, and told to the other', async () => {
    const owner = await fixture.own(path);
    const closed = fixture.gate.closeAfter(0);
    const made = await fixture.create(owner);
    await closed;
    await fixture.engine.store.cancel(made.job!.id, owner.ownerId);
    const [encoding] = await fixture.rows<{ id: string }>(
      `SELECT id FROM video.encoding WHERE source_sha256 = $1 AND preset = 'web-240p'`,
      [sha256],
    );
    const runningJob = async () => {
      const id = randomUUID();
      await fixture.rows(
        `INSERT INTO jobs.job (id, owner_id, kind, max_attempts, subject, input, context, state, lease_until)
         VALUES ($1, $1, 'test.job.other', 3, '{}', '{}', '{}', 'running', now() + interval '1 hour')`,
        [id],
      );
      return id;
    };
    for (let round = 0; round < 10; round++) {
      await fixture.rows('UPDATE video.encoding SET claimed_by = NULL');
      const jobs = [await runningJob(), await runningJob()];
      const claims = await Promise.all(jobs.map((id) => fixture.encodings.claim(encoding!.id, id)));
      const winner = claims.findIndex(({ claimed }) => claimed.length === 2);
      expect(claims[1 - winner]).toEqual({ claimed: [], heldBy: jobs[winner] });
    }
  });
});

describe('a player', () => {
  it('gets what is there while the rest is encoded, and the whole afterwards', async () => {
    const owner = await fixture.own(path);
    const inOwner = <T>(call: () => Promise<T>) => asOwner(owner.ownerId, call);
    const { streams } = fixture;
    await fixture.reached(owner.ownerId, await fixture.create(owner, 'audio-only'), hasEnded);
    const closed = fixture.gate.closeAfter(3);
    const made = await fixture.create(owner);
    const key = { videoId: owner.videoId, renditionId: made.id };
    await closed;
    const early = await inOwner(() => streams.segments({ ...key, track: 'video' }));
    expect(early).toMatchObject({ isComplete: false, targetDurationSeconds: 4 });
    expect(early.segmentDurationsSeconds).toEqual([4, 4]);
    const playing = await inOwner(() => streams.list(owner.videoId));
    expect(playing).toMatchObject({
      pictures: [{ renditionId: made.id, widthPx: 160, heightPx: 90, hasSound: true }],
      sound: { isAlone: true },
    });
    fixture.gate.open();
    await fixture.reached(owner.ownerId, made, hasEnded);
    const whole = await inOwner(() => streams.segments({ ...key, track: 'video' }));
    expect(whole).toEqual({ isComplete: true, targetDurationSeconds: 4, segmentDurationsSeconds: [4, 4, 4] });
    const init = await inOwner(() => streams.locate({ ...key, track: 'audio', index: 'init' }));
    expect(await fixture.store.stat(init.sha256)).toMatchObject({ sizeBytes: init.sizeBytes });
    await expect(inOwner(() => streams.locate({ ...key, track: 'video', index: 3 }))).rejects.toMatchObject({ code: 'segment-not-found' });
  });

  it('of somebody else gets nothing, and nothing is played before the first segment', async () => {
    const owner = await fixture.own(path);
    const closed = fixture.gate.closeAfter(0);
    const made = await fixture.create(owner);
    await closed;
    const { streams, renditions } = fixture;
    await expect(asOwner(owner.ownerId, () => streams.list(owner.videoId))).rejects.toMatchObject({ code: 'rendition-not-ready' });
    const stranger = await fixture.own(path);
    const key = { videoId: owner.videoId, renditionId: made.id };
    const refused = [
      [() => streams.list(owner.videoId), 'video-not-found'],
      [() => streams.segments({ ...key, track: 'video' as const }), 'rendition-not-found'],
      [() => streams.locate({ ...key, track: 'video' as const, index: 'init' as const }), 'rendition-not-found'],
      [() => renditions.get(key), 'rendition-not-found'],
      [() => renditions.get({ ...key, videoId: stranger.videoId }), 'rendition-not-found'],
      [() => renditions.remove(key), 'rendition-not-found'],
      [() => renditions.list(owner.videoId, { limit: 20, sort: '-createdAt' }), 'video-not-found'],
      [() => renditions.create({ videoId: owner.videoId, preset: 'web-240p' as const }), 'video-not-found'],
    ] as const;
    for (const [call, code] of refused) await expect(asOwner<unknown>(stranger.ownerId, call)).rejects.toMatchObject({ code });
  });
});

describe('a preset', () => {
  it('that would enlarge the video, or needs a sound that it has not, is refused with what is possible', async () => {
    const owner = await fixture.own(await corpus.video('without-sound.mp4'), { hasAudio: false });
    await expect(fixture.create(owner, 'web-720p')).rejects.toMatchObject({
      code: 'rendition-not-possible',
      message: 'The video has 160 × 90 pixels and is not enlarged. Possible: web-240p.',
    });
    await expect(fixture.create(owner, 'audio-only')).rejects.toMatchObject({ code: 'rendition-not-possible' });
    const made = await fixture.create(owner);
    await fixture.reached(owner.ownerId, made, hasEnded);
    expect((await fixture.get(owner, made.id)).codecs).toMatch(/^avc1\.[0-9a-f]{6}$/);
  });

  it('of AV1 is encoded where it is asked for, in a run of its own, and listed behind the H.264 of its size', async () => {
    const path = await corpus.video('without-sound.mp4');
    const facts = { hasAudio: false, displayWidthPx: 640, displayHeightPx: 360 }; // as it says; see above
    const owner = await fixture.own(path, facts);
    const made = await Promise.all([fixture.create(owner, 'web-360p-av1'), fixture.create(owner, 'web-360p')]);
    for (const each of made) expect(await fixture.reached(owner.ownerId, each, hasEnded)).toMatchObject({ state: 'succeeded' });
    expect(await fixture.get(owner, made[0]!.id)).toMatchObject({ preset: 'web-360p-av1@1', codecs: expect.stringMatching(/^av01\./) });
    const streams = asOwner(owner.ownerId, () => fixture.streams.list(owner.videoId));
    expect((await streams).pictures.map(({ codec }) => codec.slice(0, 4))).toEqual(['avc1', 'av01']);
    const refused = fixture.create(await fixture.own(path, { ...facts, codecs: ['h264'] }), 'web-360p-av1');
    await expect(refused).rejects.toThrow(/has no AV1 encoder\. Possible: web-360p, web-240p\.$/);
  });
});

/** Whether an ffmpeg works on a file of this folder; false where /proc is missing. */
function isEncoding(folder: string): boolean {
  if (!existsSync('/proc')) return false;
  return readdirSync('/proc').some((pid) => {
    try {
      return /^\d+$/.test(pid) && Number(pid) !== process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`file:${folder}`);
    } catch {
      return false; // the process has ended
    }
  });
}

describe('a hardware encoder that fails', () => {
  it.each([
    ['at open', 0, 'Cannot load libcuda.so.1'],
    ['in the middle', 1, 'The video in this file cannot be decoded.'],
  ] as const)('%s is replaced by x264 in the same attempt, and the job says so', async (dies, _segments, reason) => {
    best = standIn(dies);
    const owner = await fixture.own(path);
    const rendition = await fixture.create(owner);
    const phases = new Set<string | null>();
    const ended = await fixture.reached(owner.ownerId, rendition, (job) => {
      phases.add(job.phase);
      return hasEnded(job);
    });
    expect(ended).toMatchObject({ state: 'succeeded', attempts: 1 });
    expect([...phases]).toContain('encoding-in-software');
    expect(demoted).toEqual([['h264_standin', reason]]);
    expect(await fixture.get(owner, rendition.id)).toMatchObject({ segmentCount: 3, durationSeconds: 12 });
    expect((await segments()).filter(({ preset }) => preset === 'web-240p').map(({ index }) => index)).toEqual([0, 1, 2]);
  });
});
