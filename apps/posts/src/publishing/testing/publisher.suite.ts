/** What every publisher must do, against a provider on the loopback address. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Outbound } from '#compute';
import type { Access, OutgoingFile, OutgoingPost, Publisher } from '../publisher.ts';

/** What a provider does wrong with the next post. */
export type ProviderFault =
  | 'drops'
  | 'lost-after'
  | 'lost-before'
  | 'rate-limited'
  | 'revoked'
  | 'version'
  | 'refused'
  | 'no-id'
  | 'html'
  | 'huge';

export interface PublisherFixture {
  /** Through this client of outbound requests. */
  publisher(outbound: Outbound): Publisher;
  readonly access: Access;
  /** `127.0.0.1:port` */
  readonly host: string;
  /** Requests that the provider has seen. */
  requests(): number;
  /** Texts that the provider shows, old to new. */
  shown(): readonly string[];
  /** Bytes of the files of the newest post. */
  files(): readonly Buffer[];
  /** Makes the next post fail in this way. */
  meet(fault: ProviderFault): void;
  forbidReading(): void;
  stop(): Promise<void>;
}

const text = 'We (Ana & Luis) opened [two] offices: 100% *real* #Madrid #uno_dos <3 @home ~ C# {x}|y \\ z 👩‍👩‍👧‍👦';
const never = new AbortController().signal;
const post = (own: Partial<OutgoingPost> = {}): OutgoingPost => ({ id: '0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10', text, files: [], ...own });
/** A file whose bytes come in pieces of three, two, three, two … */
const pngOf = (bytes: readonly number[]): OutgoingFile => ({
  ...{ fileName: 'a.png', contentType: 'image/png', sizeBytes: bytes.length },
  open: async function* () {
    for (let at = 0, length = 3; at < bytes.length; at += length, length = 5 - length) yield Buffer.from(bytes.slice(at, at + length));
  },
});

export function publisherSuite(name: string, start: () => Promise<PublisherFixture>): void {
  describe(`the publisher ${name}`, () => {
    let fixture: PublisherFixture;
    let publisher: Publisher;
    let access: Access;
    beforeEach(async () => {
      fixture = await start();
      publisher = fixture.publisher(new Outbound({ ports: [], allowPrivate: [fixture.host] }));
      access = fixture.access;
    });
    afterEach(() => fixture?.stop());

    const send = (own?: Partial<OutgoingPost>) => publisher.send(access, post(own), never);
    const sentId = async () => {
      const sent = await send();
      if (sent.kind !== 'taken' || !sent.providerId) throw new Error(`not taken: ${JSON.stringify(sent)}`);
      return sent.providerId;
    };

    it('is configured, and takes a text that it shows as it was written', async () => {
      expect(publisher.isConfigured).toBe(true);
      const found = await publisher.readBack(access, await sentId(), never);
      expect(found).toMatchObject({ kind: 'found' });
      expect(found.kind === 'found' && publisher.isSameText(text, found.text)).toBe(true);
      expect(fixture.shown()).toEqual([text]);
    });

    it('sends files as they are', async () => {
      const files = [
        [0x89, 0x50, 0x4e, 0x47, 0, 255, 254, 10, 0x22, 0x5c],
        [0x89, 1, 2, 3],
      ];
      expect(await send({ files: files.map(pngOf) })).toMatchObject({ kind: 'taken' });
      expect(fixture.files().map((bytes) => [...bytes])).toEqual(files);
    });

    it.each([
      ['rate-limited', { kind: 'rate-limited', retryAfterSeconds: 120 }],
      ['revoked', { kind: 'revoked' }],
      ['version', { kind: 'version-expired' }],
      ['refused', { kind: 'refused' }],
      ['lost-before', { kind: 'unreachable', mayHaveActed: true }],
    ] as const)('says what a provider means that answers %s, in its words', async (behaviour, expected) => {
      fixture.meet(behaviour);
      expect(await send()).toMatchObject({ ...expected, detail: expect.stringMatching(/answered \d{3}/) });
      expect(fixture.shown()).toEqual([]);
    });

    it('shows one post when the answer to the first attempt is lost', async () => {
      fixture.meet('lost-after');
      expect(await send()).toMatchObject({ kind: 'unreachable', mayHaveActed: true });
      const earlier = await publisher.findEarlier(access, post(), never);
      const again = earlier.kind === 'found' ? earlier : await send();
      expect(['found', 'duplicate', 'taken']).toContain(again.kind);
      expect(fixture.shown()).toEqual([text]);
      expect(again).toMatchObject({ providerId: expect.any(String) });
    });

    it('knows that nothing was sent where nobody listens', async () => {
      await fixture.stop();
      expect(await send()).toMatchObject({ kind: 'unreachable', mayHaveActed: false });
    });

    it('finds nothing where a provider answers success and shows nothing', async () => {
      fixture.meet('drops');
      expect(await publisher.readBack(access, await sentId(), never)).toEqual({ kind: 'missing' });
    });

    it('says that it may not read', async () => {
      const id = await sentId();
      fixture.forbidReading();
      expect(await publisher.readBack(access, id, never)).toMatchObject({ kind: 'unreadable', detail: expect.any(String) });
    });

    it.each(['no-id', 'html', 'huge'] as const)('does not see a post where success is answered without an id: %s', async (behaviour) => {
      fixture.meet(behaviour);
      const sent = await send();
      if (sent.kind !== 'taken') throw new Error(`not taken: ${JSON.stringify(sent)}`);
      if (sent.providerId) expect(await publisher.readBack(access, sent.providerId, never)).toEqual({ kind: 'missing' });
    });

    it('calls no address of the internal network', async () => {
      const guarded = fixture.publisher(new Outbound({ ports: [80, 443], allowPrivate: [] }));
      expect(await guarded.send(access, post(), never)).toMatchObject({ kind: 'refused' });
      expect(fixture.requests()).toBe(0);
    });

    it('stops when it is told to', async () => {
      await expect(publisher.send(access, post(), AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
      expect(fixture.shown()).toEqual([]);
    });
  });
}
