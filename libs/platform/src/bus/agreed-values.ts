/**
 * Small values that the copies of a service agree on, in a JetStream stream that keeps the last message of each subject: which of several copies makes
 * a change is decided by the sequence that each expects. Needs nothing that announcing a change does not need as well.
 */
import { DiscardPolicy, JetStreamApiError, type JetStreamManager, jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import type { NatsLink } from './nats-link.ts';

export interface AgreedValuesOptions {
  /** Name of the stream, upper case. */
  readonly stream: string;
  /** First token of its subjects; the second is the key. */
  readonly subject: string;
  /** What every key has before the first change. */
  readonly initial?: string;
  /** For each request to JetStream; 1 s unless given. */
  readonly timeoutMs?: number;
}

/** Each try reads what another copy has written meanwhile. */
const maxTries = 3;
const wrongLastSequence = 10071;
const noMessageFound = 10037;
const usedWithOtherSettings = 10058;
const maxBytes = 1024 * 1024;

export class AgreedValues {
  readonly #link: NatsLink;
  readonly #options: AgreedValuesOptions & { readonly timeoutMs: number };
  #manager: Promise<JetStreamManager> | undefined;

  constructor(link: NatsLink, options: AgreedValuesOptions) {
    this.#link = link;
    this.#options = { timeoutMs: 1_000, ...options };
  }

  /**
   * Makes `value` the value of `key`.
   *
   * @param key any text; what is no letter, digit or hyphen becomes a hyphen
   * @returns whether this call changed it: of any number of copies that agree, one
   * @throws the error of JetStream, when it does not answer or refuses
   */
  async change(key: string, value: string): Promise<boolean> {
    const connection = this.#link.connection;
    const subject = `${this.#options.subject}.${key.replace(/[^A-Za-z0-9-]/g, '-')}`;
    for (let tries = 0; tries < maxTries; tries++) {
      const last = await this.#last(connection, subject);
      if ((last?.value ?? this.#options.initial) === value) return false;
      if (await this.#write(connection, subject, value, last?.sequence ?? 0)) return true;
    }
    return false; // others keep changing it: one of them announces
  }

  async #last(connection: NatsConnection, subject: string): Promise<{ readonly value: string; readonly sequence: number } | undefined> {
    try {
      const manager = await this.#ready(connection);
      const message = await manager.streams.getMessage(this.#options.stream, { last_by_subj: subject });
      return message ? { value: message.string(), sequence: message.seq } : undefined;
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === noMessageFound) return undefined;
      throw error;
    }
  }

  /** @returns false when another copy was faster */
  async #write(connection: NatsConnection, subject: string, value: string, lastSubjectSequence: number): Promise<boolean> {
    try {
      const { timeoutMs } = this.#options;
      await jetstream(connection, { timeout: timeoutMs }).publish(subject, value, { expect: { lastSubjectSequence }, timeout: timeoutMs });
      return true;
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === wrongLastSequence) return false;
      throw error;
    }
  }

  /** The stream is made once; after a failure the next call tries again. */
  #ready(connection: NatsConnection): Promise<JetStreamManager> {
    this.#manager ??= this.#ensureStream(connection).catch((error: unknown) => {
      this.#manager = undefined;
      throw error;
    });
    return this.#manager;
  }

  async #ensureStream(connection: NatsConnection): Promise<JetStreamManager> {
    const { stream: name, subject, timeoutMs } = this.#options;
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: timeoutMs });
    const config = {
      name,
      subjects: [`${subject}.*`],
      storage: StorageType.File,
      discard: DiscardPolicy.Old,
      max_msgs_per_subject: 1,
      max_bytes: maxBytes,
    };
    await manager.streams.add(config).catch((error: unknown) => {
      if (!(error instanceof JetStreamApiError) || error.code !== usedWithOtherSettings) throw error;
      return manager.streams.update(name, config);
    });
    return manager;
  }
}
