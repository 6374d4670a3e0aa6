/** A posts service with a LinkedIn on the loopback address, for specs of publishing. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type * as z from 'zod';
import { type Publication, publishPost } from '#contracts';
import { BLOBS, Database, openCall, type RunningService, runInCall, startService } from '#platform';
import { type BlobStore, queryRows } from '#storage';
import { startNats, type TestDatabase, testDatabase, testRedisUrl, until } from '#testing';
import { AttachmentService } from '../../attachments/attachment.service.ts';
import { postsConfigSchema } from '../../config.ts';
import { PostService } from '../../posts/post.service.ts';
import { PostsModule } from '../../posts.module.ts';
import { AccountService } from '../account.service.ts';
import { AuthorizationService } from '../authorization.service.ts';
import { ConnectionService } from '../connection.service.ts';
import { PublicationService } from '../publication.service.ts';
import { PublicationRunner } from '../publication-runner.service.ts';
import { LinkedInServer } from './linkedin-server.ts';
import type { LoopbackServer } from './loopback-server.ts';

const publicUrl = 'https://api.example';

export class PublishingFixture {
  readonly ownerId = randomUUID();
  readonly posts: PostService;
  readonly publications: PublicationService;
  readonly connections: ConnectionService;
  readonly authorizations: AuthorizationService;
  readonly accounts: AccountService;
  readonly runner: PublicationRunner;
  readonly database: Database;
  private made = 0;

  private constructor(
    readonly service: RunningService,
    readonly linkedin: LinkedInServer,
    readonly server: LoopbackServer,
    private readonly parts: {
      readonly testing: TestDatabase;
      readonly nats: Awaited<ReturnType<typeof startNats>>;
      readonly blobs: string;
    },
  ) {
    const find = <T>(type: abstract new (...parameters: never[]) => T): T => service.app.get(type, { strict: false });
    this.posts = find(PostService);
    this.publications = find(PublicationService);
    this.connections = find(ConnectionService);
    this.authorizations = find(AuthorizationService);
    this.accounts = find(AccountService);
    this.runner = find(PublicationRunner);
    this.database = service.app.get(Database);
  }

  static async start(): Promise<PublishingFixture> {
    const [testing, nats, { linkedin, server }] = await Promise.all([testDatabase('publishing'), startNats(), LinkedInServer.start()]);
    const blobs = mkdtempSync(join(tmpdir(), 'rafaga-publishing-'));
    const config = postsConfigSchema.parse({
      ...{ DATABASE_URL: testing.url, REDIS_URL: await testRedisUrl(), NATS_URL: nats.url, BLOB_STORE_URL: `file://${blobs}` },
      ...{ LOG_LEVEL: 'silent', WORKER_THREADS: '1', DATABASE_STATEMENT_TIMEOUT_MS: '120000' },
      ...{ OUTBOUND_ALLOW_PRIVATE: server.host, GATEWAY_PUBLIC_URL: publicUrl },
      ...{ LINKEDIN_API_URL: server.url, LINKEDIN_AUTH_URL: server.url, LINKEDIN_CLIENT_ID: 'client', LINKEDIN_CLIENT_SECRET: 'secret' },
      ...{ LINKEDIN_VERSION: '202610', POSTS_KEY_SECRET: randomBytes(32).toString('base64') },
    });
    const service = await startService({ name: 'posts', config: () => config, module: PostsModule.forConfig }, config);
    const fixture = new PublishingFixture(service, linkedin, server, { testing, nats, blobs });
    await fixture.database.whenOpen();
    return fixture;
  }

  as<T>(work: () => Promise<T>, ownerId = this.ownerId): Promise<T> {
    return runInCall({ ...openCall({ deadlineMs: 60_000 }), subject: ownerId }, work);
  }

  rows<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return queryRows(this.database.source, sql, parameters);
  }

  /** Begins a connection and lets LinkedIn give out a code. */
  async begin(
    author: 'person' | 'organisation' = 'person',
    ownerId = this.ownerId,
  ): Promise<{ readonly state: string; readonly code: string; readonly url: URL }> {
    const { authorizationUrl } = await this.as(() => this.connections.connect({ name: 'linkedin', author }), ownerId);
    const url = new URL(authorizationUrl!);
    const of = (name: string) => url.searchParams.get(name)!;
    const code = `code-${this.made++}`;
    this.linkedin.codes.set(code, { challenge: of('code_challenge'), redirectUri: of('redirect_uri') });
    return { state: of('state'), code, url };
  }

  /** Begins a connection, and LinkedIn sends the browser back. */
  async permit(author: 'person' | 'organisation' = 'person', ownerId = this.ownerId) {
    const { state, code } = await this.begin(author, ownerId);
    return this.authorizations.receive({ name: 'linkedin', state, code });
  }

  confirm(values: { readonly state: string; readonly confirmation: string }, ownerId = this.ownerId) {
    const { state, confirmation } = values;
    return this.as(() => this.authorizations.confirm({ name: 'linkedin', state, confirmation }), ownerId);
  }

  /** @returns the id of a connected account */
  async connect(author: 'person' | 'organisation' = 'person'): Promise<string> {
    const { accounts } = await this.confirm(await this.permit(author));
    return accounts[0]!.id;
  }

  /** A new draft with a text of its own. */
  async draft(text = `A text that is like no other, ${this.made++}. (Really) #Madrid`): Promise<string> {
    return (await this.as(() => this.posts.create({ text, metadata: { project: 'spring' } }))).id;
  }

  /** @returns the id of an attachment with these bytes */
  async attach(bytes: Buffer): Promise<string> {
    const { sha256, sizeBytes } = await this.service.app.get<BlobStore>(BLOBS).write(Readable.from([bytes]), { maxBytes: 1_000_000 });
    const attachments = this.service.app.get(AttachmentService, { strict: false });
    return (await this.as(() => attachments.create({ blobSha256: sha256, sizeBytes, fileName: 'file' }))).id;
  }

  async publish(accountId: string, own: Partial<z.input<typeof publishPost.request>> = {}): Promise<Publication> {
    const postId = own.postId ?? (await this.draft());
    return this.as(() => this.publications.publish(publishPost.request.parse({ accountId, ...own, postId })));
  }

  read({ id, postId }: Publication): Promise<Publication> {
    return this.as(() => this.publications.get({ postId, publicationId: id }));
  }

  /** @returns the publication once nobody works on it any more and it is not due */
  async settled(publication: Publication): Promise<Publication> {
    const isSettled = `status NOT IN ('scheduled', 'publishing') AND claimed_by IS NULL AND (next_at IS NULL OR next_at > now())`;
    const check = async () =>
      (await this.rows(`SELECT 1 FROM posts.publication WHERE id = $1 AND ${isSettled}`, [publication.id])).length > 0;
    if (!(await until(check, 30_000))) throw new Error(`still ${(await this.read(publication)).status}`);
    return this.read(publication);
  }

  /** Its next attempt is due now. */
  async makeDue({ id }: Publication): Promise<void> {
    await this.rows('UPDATE posts.publication SET next_at = now(), claimed_until = NULL WHERE id = $1', [id]);
    this.runner.wake();
  }

  /** Types of the events of a publication, old to new. */
  async events({ id }: Publication): Promise<string[]> {
    const rows = await this.rows<{ type: string }>('SELECT type FROM jobs.announcement WHERE resource_id = $1 ORDER BY id', [id]);
    return rows.map(({ type }) => type);
  }

  async stop(): Promise<void> {
    await this.service.stop();
    await this.server.stop();
    await this.parts.nats.stop();
    await this.parts.testing.drop();
    rmSync(this.parts.blobs, { recursive: true, force: true });
  }
}
