import type { MigrationInterface, QueryRunner } from 'typeorm';
import { endedPublicationStatuses, openPublicationStatuses, publisherNames } from '#contracts';
import type { SchemaMigrations } from '#storage';

const listed = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ');

const tables = `
  CREATE TABLE posts.publisher_grant (
    id            uuid PRIMARY KEY,
    owner_id      uuid NOT NULL,
    sealed        bytea NOT NULL,             -- tokens, or the secret that signs; bound to the id
    status        text NOT NULL DEFAULT 'connected' CHECK (status IN ('connected', 'revoked')),
    access_until  timestamptz,                -- of the access token; null: without end
    refresh_until timestamptz,
    scopes        text[] NOT NULL DEFAULT '{}',
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE posts.publisher_account (
    id            uuid PRIMARY KEY,
    owner_id      uuid NOT NULL,
    grant_id      uuid NOT NULL REFERENCES posts.publisher_grant (id) ON DELETE CASCADE,
    publisher     text NOT NULL CHECK (publisher IN (${listed(publisherNames)})),
    title         text NOT NULL,
    author_kind   text NOT NULL,
    author_id     text NOT NULL,
    read_back_url text,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    UNIQUE (owner_id, publisher, author_id)
  );
  CREATE INDEX publisher_account_grant ON posts.publisher_account (grant_id);
  CREATE TABLE posts.connect_state (
    digest        bytea PRIMARY KEY,          -- SHA-256 of the state
    owner_id      uuid NOT NULL,
    publisher     text NOT NULL,
    author        text NOT NULL,
    sealed        bytea NOT NULL,             -- the PKCE verifier
    expires_at    timestamptz NOT NULL
  );
  CREATE INDEX connect_state_expires ON posts.connect_state (expires_at);
`;

/** `next_at` is null once it has ended. `claimed_by` names one attempt of one copy of the service. */
const publications = `
  CREATE TABLE posts.publication (
    id             uuid PRIMARY KEY,
    owner_id       uuid NOT NULL,
    post_id        uuid NOT NULL REFERENCES posts.post (id) ON DELETE CASCADE,
    account_id     uuid NOT NULL,
    publisher      text NOT NULL,
    status         text NOT NULL CHECK (status IN (${listed([...openPublicationStatuses, ...endedPublicationStatuses])})),
    due_at         timestamptz NOT NULL,
    time_zone      text NOT NULL,
    text           text,
    provider_id    text,
    url            text,
    problem        jsonb,
    attempts       integer NOT NULL DEFAULT 0,
    checks         integer NOT NULL DEFAULT 0,
    is_uncertain   boolean NOT NULL DEFAULT false,
    published_at   timestamptz,
    next_at        timestamptz,
    claimed_by     uuid,
    claimed_until  timestamptz,
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX publication_next ON posts.publication (next_at) WHERE next_at IS NOT NULL;
  CREATE INDEX publication_created ON posts.publication (post_id, created_at, id);
  CREATE INDEX publication_due ON posts.publication (owner_id, due_at, id);
  CREATE INDEX publication_account ON posts.publication (owner_id, account_id, updated_at);
`;

class CreatePublishing1796000000000 implements MigrationInterface {
  readonly name = 'CreatePublishing1796000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(tables);
    await runner.query(publications);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE posts.publication, posts.connect_state, posts.publisher_account, posts.publisher_grant');
  }
}

const pendingConnections = `
  CREATE TABLE posts.pending_connection (
    digest              bytea PRIMARY KEY,    -- SHA-256 of the state
    owner_id            uuid NOT NULL,        -- who began it, and alone can confirm it
    publisher           text NOT NULL,
    sealed              bytea NOT NULL,       -- tokens and authors; bound to the digest
    confirmation_digest bytea NOT NULL,       -- SHA-256 of the value that confirms it
    wrong_confirmations integer NOT NULL DEFAULT 0,
    expires_at          timestamptz NOT NULL
  );
  CREATE INDEX pending_connection_expires ON posts.pending_connection (expires_at);
  CREATE INDEX pending_connection_owner ON posts.pending_connection (owner_id, expires_at);
`;

class ConfirmConnections1797900000000 implements MigrationInterface {
  readonly name = 'ConfirmConnections1797900000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(pendingConnections);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE posts.pending_connection');
  }
}

export const publishingMigrations: SchemaMigrations = {
  schema: 'posts',
  steps: [CreatePublishing1796000000000, ConfirmConnections1797900000000],
};
