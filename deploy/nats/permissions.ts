/**
 * Who may say and hear what on the bus. A service answers what begins with its own name, asks whom it has to, and listens to answers under a name of
 * its own; JetStream's subjects are spelled out, so that nobody can delete a stream or take another service's jobs.
 */
import { type ServiceName, serviceNames } from '#contracts';

export interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

interface Part {
  /** Whose contracts it calls. */
  readonly asks: readonly ServiceName[];
  /** Takes part in carrying jobs; the kinds it works on, without its own name. */
  readonly jobs?: readonly string[];
  /** Event subjects it announces and listens to. */
  readonly tells: readonly string[];
  readonly hears: readonly string[];
  /** Reads, replays and drops jobs that were given up. */
  readonly deadLetters?: true;
}

const jobEvents = 'events.job.>';
const cacheEvents = 'events.cache.>';
const cancelled = 'events.job.cancelled.v1';
/** A service with work of its own: its jobs, its cache, and the cold tier behind it. */
const worker = (...jobs: string[]): Part => ({ asks: ['cache'], jobs, tells: [jobEvents, cacheEvents], hears: [cancelled, cacheEvents] });

export const parts: Readonly<Record<ServiceName, Part>> = {
  gateway: {
    asks: ['audio', 'video', 'posts', 'cache', 'health'],
    jobs: ['import'],
    tells: [jobEvents, cacheEvents, 'events.session.>'],
    hears: ['events.>'],
    deadLetters: true,
  },
  audio: worker('analyze'),
  video: worker(),
  posts: worker(),
  cache: { ...worker(), asks: [] },
  health: { asks: [], tells: [], hears: [] },
};

const streams = ['JOBS', 'JOBS_DEAD'];
const describe = 'platform.service.describe.v1';
/** What the cache service asks of everybody who has a cache. */
const caches = 'platform.cache.>';

export function permissionsOf(service: ServiceName): Permissions {
  const { asks, jobs, tells, hears, deadLetters } = parts[service];
  return {
    publish: [
      ...asks.map((other) => `${other}.>`),
      ...(service === 'health' ? [describe] : []),
      ...(service === 'cache' ? [caches] : []),
      ...tells,
      ...(jobs ? carrying(service, jobs) : []),
      ...(deadLetters ? ['$JS.API.STREAM.MSG.GET.JOBS_DEAD', '$JS.API.STREAM.MSG.DELETE.JOBS_DEAD'] : []),
    ],
    subscribe: [`_INBOX_${service}.>`, `${service}.>`, describe, ...(asks.includes('cache') ? [caches] : []), ...hears],
  };
}

/** Every copy of every service that has jobs publishes what lies in the outbox, whoever put it there; only its own kinds does it work on. */
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

/** Answers to one request may be many messages: items of a batch are answered as they are done. */
const answers = '{ max: 256, expires: "2m" }';

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
        allow_responses: ${answers}
      }
    }
`;
  };
  return `# Rendered from deploy/nats/permissions.ts by \`npm run deploy:render\`; a test fails when it is out of date.\nauthorization {\n  users: [\n${serviceNames.map(user).join('')}  ]\n}\n`;
}
