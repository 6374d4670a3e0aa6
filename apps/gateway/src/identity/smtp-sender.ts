/** Delivers messages to an SMTP server. */
import { createTransport } from 'nodemailer';
import type { Mail, MailSender } from './mail.service.ts';

export interface SmtpOptions {
  /** `smtp://user:password@host:587` (STARTTLS) or `smtps://host:465`. */
  readonly url: string;
  /** Address of the sender. */
  readonly from: string;
}

export interface SmtpSender extends MailSender {
  close(): void;
}

const isLoopback = (url: string) => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);

/** Connections are kept and shared. A server that is not on this machine has to encrypt. */
export function openSmtpSender({ url, from }: SmtpOptions): SmtpSender {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: 2,
    requireTLS: !isLoopback(url),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    send: async ({ to, subject, text }: Mail, signal: AbortSignal) => {
      const timedOut = Promise.withResolvers<never>();
      const abort = () => timedOut.reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      try {
        await Promise.race([transport.sendMail({ from, to: { name: '', address: to }, subject, text }), timedOut.promise]);
      } finally {
        signal.removeEventListener('abort', abort);
      }
    },
    close: () => transport.close(),
  };
}
