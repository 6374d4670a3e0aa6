/**
 * NATS permissions per service. A service replies to subjects that begin with its name, calls the services it depends on, and receives replies in an
 * inbox of its own. JetStream subjects are listed explicitly, so that no service can delete a stream or consume another service's jobs.
 */
import { type ServiceName, serviceNames } from '#contracts';

export interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

interface ServiceRole {
  /** Services whose contracts it calls. */
  readonly calls: readonly ServiceName[];
  /** Present if it runs jobs: the job kinds, without the service prefix. */
  readonly jobs?: readonly string[];
  /** Event subjects it publishes and subscribes to. */
  readonly publishes: readonly string[];
  readonly subscribes: readonly string[];
  /** Lists, replays and deletes dead letters. */
  readonly deadLetters?: true;
}

const jobEvents = 'events.job.>';
const cacheEvents = 'events.cache.>';
const cancelled = 'events.job.cancelled.v1';
/** A service with jobs and a cache, including the cold tier. */
const worker = (...jobs: string[]): ServiceRole => ({
  calls: ['cache'],
  jobs,
  publishes: [jobEvents, cacheEvents],
  subscribes: [cancelled, cacheEvents],
});

export const parts: Readonly<Record<ServiceName, ServiceRole>> = {
  gateway: {
    calls: ['audio', 'video', 'posts', 'cache', 'health'],
    jobs: ['import'],
    publishes: [jobEvents, cacheEvents, 'events.session.>'],
    subscribes: ['events.>'],
    deadLetters: true,
  },
  audio: worker('analyze'),
  video: worker(),
  posts: worker(),
  cache: { ...worker(), calls: [] },
  health: { calls: [], publishes: [], subscribes: [] },
};

const streams = ['JOBS', 'JOBS_DEAD'];
const describe = 'platform.service.describe.v1';
/** Requests of the cache service to every service with a cache. */
const caches = 'platform.cache.>';

export function permissionsOf(service: ServiceName): Permissions {
  const { calls, jobs, publishes, subscribes, deadLetters } = parts[service];
  return {
    publish: [
      ...calls.map((other) => `${other}.>`),
      ...(service === 'health' ? [describe] : []),
      ...(service === 'cache' ? [caches] : []),
      ...publishes,
      ...(jobs ? carrying(service, jobs) : []),
      ...(deadLetters ? ['$JS.API.STREAM.MSG.GET.JOBS_DEAD', '$JS.API.STREAM.MSG.DELETE.JOBS_DEAD'] : []),
    ],
    subscribe: [`_INBOX_${service}.>`, `${service}.>`, describe, ...(calls.includes('cache') ? [caches] : []), ...subscribes],
  };
}

/** Every service with jobs publishes all messages of the shared outbox, but consumes only its own job kinds. */
function carrying(service: ServiceName, kinds: readonly string[]): string[] {
  const consumers = kinds.map((kind) => `${service}-${kind}`);
  return [
    'jobs.>',
    'dead-jobs.>',
    ...streams.flatMap((stream) => ['CREATE', 'UPDATE', 'INFO'].map((verb) => `$JS.API.STREAM.${verb}.${stream}`)),
    '$JS.API.CONSUMER.CREATE.JOBS.>',
    '$JS.API.CONSUMER.DURABLE.CREATE.JOBS.*',
    '$JS.API.CONSUMER.INFO.JOBS.*',
    ...consumers.flatMap((consumer) => [`$JS.API.CONSUMER.MSG.NEXT.JOBS.${consumer}`, `$JS.ACK.JOBS.${consumer}.>`]),
  ];
}

/** A request may have several replies: batch items are sent as they complete. */
const replyLimit = '{ max: 256, expires: "2m" }';

/** The `authorization` block of nats.conf. Passwords come from the environment of the server: NATS_AUDIO_PASSWORD and so on. */
export function usersConf(): string {
  const quoted = (subjects: readonly string[]) =>
    `[\n${subjects.map((subject) => `          ${JSON.stringify(subject)}\n`).join('')}        ]`;
  const user = (service: ServiceName) => {
    const { publish, subscribe } = permissionsOf(service);
    return `    {
      user: ${service}
      password: $NATS_${service.toUpperCase()}_PASSWORD
      permissions: {
        publish: ${quoted(publish)}
        subscribe: ${quoted(subscribe)}
        allow_responses: ${replyLimit}
      }
    }
`;
  };
  return `# Rendered from deploy/nats/permissions.ts by \`npm run deploy:render\`; a test fails when it is out of date.\nauthorization {\n  users: [\n${serviceNames.map(user).join('')}  ]\n}\n`;
}
