/** The subjects, streams and consumers that carry jobs. Works from nats-server 2.9 on. */
import {
  AckPolicy,
  type Consumer,
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import { type NatsConnection, nanos } from '@nats-io/nats-core';
import { consumerOf } from '#contracts';

export const jobsStream = 'JOBS';
export const deadStream = 'JOBS_DEAD';

/** One subject per job, for whoever looks into the stream; the worker that gets it takes whichever job of the kind is next. */
export const carrySubject = (kind: string, jobId: string) => `jobs.${kind}.${jobId}`;
export const deadSubject = (kind: string, jobId: string) => `dead-jobs.${kind}.${jobId}`;

/**
 * A message comes back this long after its worker was last heard: two heartbeats of a running job, and soon enough for one that was
 * delivered to a worker which died before it claimed the job. A message too many does no harm.
 */
export const ackWaitMs = 10_000;

const day = 24 * 3_600_000;
const streams = [
  {
    name: jobsStream,
    subjects: ['jobs.>'],
    retention: RetentionPolicy.Workqueue,
    storage: StorageType.File,
    discard: DiscardPolicy.New, // a full stream refuses; the outbox then keeps the rest
    max_bytes: 256 * 1024 * 1024,
    duplicate_window: nanos(120_000),
  },
  {
    name: deadStream,
    subjects: ['dead-jobs.>'],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.Old,
    max_msgs: 100_000,
    max_bytes: 256 * 1024 * 1024,
    max_msgs_per_subject: 1,
    max_age: nanos(30 * day),
  },
];

/** Makes what is missing and brings what an older version made up to date. Any number of copies may do so at once. */
export async function ensureStreams(connection: NatsConnection): Promise<JetStreamManager> {
  const manager = await jetstreamManager(connection, { checkAPI: false });
  for (const stream of streams) {
    await manager.streams.add(stream).catch((error: unknown) => {
      if (!(error instanceof JetStreamApiError) || error.code !== usedWithOtherSettings) throw error;
      return manager.streams.update(stream.name, stream);
    });
  }
  return manager;
}

const usedWithOtherSettings = 10058;

/**
 * The durable consumer that all copies share. Deliveries are not bounded here but in the record (attempts): at its `max_deliver` a message
 * would stay in a work queue for ever, unseen.
 */
export async function ensureConsumer(connection: NatsConnection, kind: string): Promise<Consumer> {
  const manager = await ensureStreams(connection);
  const info = await manager.consumers.add(jobsStream, {
    durable_name: consumerOf(kind),
    filter_subject: carrySubject(kind, '*'),
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ackWaitMs),
    max_deliver: -1,
    max_ack_pending: 10_000,
  });
  return jetstream(connection).consumers.getConsumerFromInfo(info);
}

/** How many messages of a kind the stream holds, those included that a worker has and has not acknowledged. */
export async function messagesOf(connection: NatsConnection, kind: string): Promise<number> {
  const { num_pending, num_ack_pending } = await (await ensureConsumer(connection, kind)).info(true);
  return num_pending + num_ack_pending;
}
