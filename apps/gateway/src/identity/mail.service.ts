import { Injectable } from '@nestjs/common';
import { Log } from '#platform';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
}

/** Delivers one message, for example over SMTP. @throws Error when it cannot be delivered */
export interface MailSender {
  send(mail: Mail, signal: AbortSignal): Promise<void>;
}

const maxInFlight = 50;
const sendTimeoutMs = 30_000;

/**
 * Sends messages in the background, so that no response reveals by its duration whether one is sent. A message that fails, or that exceeds the number
 * in flight, is logged without its text and dropped: whoever waits for it asks again.
 */
@Injectable()
export class MailDelivery {
  #sender: MailSender | undefined;
  readonly #inFlight = new Set<Promise<void>>();

  constructor(private readonly log: Log) {}

  /** Without a sender no message is sent. */
  use(sender: MailSender): void {
    this.#sender = sender;
  }

  get isConfigured(): boolean {
    return this.#sender !== undefined;
  }

  /** @param make makes the message; undefined: there is none to send. Not called without a sender */
  post(make: () => Promise<Mail | undefined>): void {
    if (!this.#sender) return;
    if (this.#inFlight.size >= maxInFlight) {
      this.log.warn({}, 'too many messages in flight; dropped one');
      return;
    }
    const sending = this.#send(this.#sender, make).finally(() => this.#inFlight.delete(sending));
    this.#inFlight.add(sending);
  }

  /** Resolves when every message posted so far was sent or dropped. */
  async settled(): Promise<void> {
    await Promise.all(this.#inFlight);
  }

  async #send(sender: MailSender, make: () => Promise<Mail | undefined>): Promise<void> {
    try {
      const mail = await make();
      if (mail) await sender.send(mail, AbortSignal.timeout(sendTimeoutMs));
    } catch (error) {
      this.log.warn({ err: error }, 'failed to send a message');
    }
  }
}
