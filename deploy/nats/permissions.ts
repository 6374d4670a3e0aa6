/**
 * Who may say and hear what on the bus. A service answers what begins with its own name, asks whom it has to, and listens to answers under a name of
 * its own; JetStream's subjects are spelled out, so that nobody can delete a stream or take another service's jobs.
 * Job kinds and the services that publish events are read from the contracts: a new noun needs no edit here.
 */
import * as contracts from '#contracts';
import { consumerOf, type EventContract, gradeStream, type JobKind, type Rpc, type ServiceName, serviceNames } from '#contracts';

export interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

type Contract = Rpc | EventContract | JobKind;
const isContract = (value: unknown): value is Contract =>
  typeof value === 'object' && value !== null && 'kind' in value && ['rpc', 'event', 'job'].includes(value.kind as string);

const all: readonly Contract[] = Object.values<unknown>(contracts).filter(isContract);
export const declared = {
  rpcs: all.filter((contract) => contract.kind === 'rpc'),
  events: all.filter((contract) => contract.kind === 'event'),
  jobKinds: all.filter((contract) => contract.kind === 'job'),
} as const;

interface Part {
  /** Whose contracts it calls. */
  readonly asks: readonly ServiceName[];
  /** Takes part in carrying jobs; it works on the kinds that begin with its name. */
  readonly jobs: boolean;
  /** Has a cache of its own, or keeps the cold tier: announces what is invalid. */
  readonly cache: boolean;
  /** Event subjects it listens to. */
  readonly hears: readonly string[];
  /** Reads, replays and drops jobs that were given up. */
  readonly deadLetters?: true;
}

const cacheEvents = 'events.cache.>';
/** A service with work of its own: its jobs, its cache, and the cold tier behind it. */
const worker: Part = {
  asks: ['cache'],
  jobs: true,
  cache: true,
  hears: [contracts.jobCancelled.subject, contracts.userDeleted.subject, contracts.settingChanged.subject, cacheEvents],
};

const parts: Readonly<Record<ServiceName, Part>> = {
  gateway: { asks: serviceNames.filter((name) => name !== 'gateway'), jobs: true, cache: true, hears: ['events.>'], deadLetters: true },
  audio: worker,
  video: { ...worker, hears: [...worker.hears, contracts.jobChanged.subject] }, // waits for the parts of a score run
  posts: { ...worker, hears: [...worker.hears, contracts.postRewriteAbandoned.subject] },
  cache: { ...worker, asks: [] },
  health: { asks: [], jobs: false, cache: false, hears: [] },
};

const streams = ['JOBS', 'JOBS_DEAD'];
/** What the health service asks of everybody. */
const describe = ['platform.service.describe.v1', 'platform.system.describe.v1', 'platform.integrity.describe.v1'];
/** In which the copies of the health service agree on who announces a change. */
const agreedGrades = ['CREATE', 'UPDATE', 'MSG.GET'].map((verb) => `$JS.API.STREAM.${verb}.${gradeStream.stream}`);
/** What the cache service asks of everybody who has a cache. */
const caches = 'platform.cache.>';

export function permissionsOf(service: ServiceName): Permissions {
  const { asks, jobs, cache, hears, deadLetters } = parts[service];
  return {
    publish: [
      ...asks.map((other) => `${other}.>`),
      ...(service === 'health' ? [...describe, ...agreedGrades, `${gradeStream.subject}.*`] : []),
      ...(service === 'cache' ? [caches] : []),
      ...(service === 'gateway' ? [contracts.checkSettings.subject] : []),
      ...(jobs ? ['events.job.>'] : []),
      ...(cache ? [cacheEvents] : []),
      ...eventsOf(service),
      ...(jobs ? carrying(service) : []),
      ...(deadLetters ? ['$JS.API.STREAM.MSG.GET.JOBS_DEAD', '$JS.API.STREAM.MSG.DELETE.JOBS_DEAD'] : []),
    ],
    subscribe: [
      `_INBOX_${service}.>`,
      `${service}.>`,
      ...describe,
      contracts.checkSettings.subject,
      ...(asks.includes('cache') ? [caches] : []),
      ...hears,
    ],
  };
}

/** `events.session.>` for each noun whose events the service publishes. */
const eventsOf = (service: ServiceName): string[] => [
  ...new Set(
    declared.events.filter(({ publishedBy }) => publishedBy === service).map(({ subject }) => `events.${subject.split('.')[1]}.>`),
  ),
];

/** Every copy of every service that has jobs publishes what lies in the outbox, whoever put it there; only its own kinds does it work on. */
function carrying(service: ServiceName): string[] {
  const consumers = declared.jobKinds.filter(({ name }) => name.startsWith(`${service}.`)).map(({ name }) => consumerOf(name));
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
