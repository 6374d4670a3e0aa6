/** A loopback SMTP server that keeps what it is sent: as much of RFC 5321 as a client needs to deliver one message after the other. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

export interface ReceivedMail {
  readonly from: string;
  readonly to: string;
  /** Headers and text, lines separated by LF. */
  readonly content: string;
}

export interface SmtpServer {
  readonly url: string;
  readonly received: readonly ReceivedMail[];
  /** From now on every recipient is refused. */
  refuse(): void;
  stop(): Promise<void>;
}

export async function startSmtpServer(): Promise<SmtpServer> {
  const received: ReceivedMail[] = [];
  const sockets = new Set<Socket>();
  let refuses = false;
  const server = createServer((socket) => {
    sockets.add(socket.once('close', () => sockets.delete(socket)).on('error', () => undefined));
    const say = (line: string) => void socket.write(`${line}\r\n`);
    let [from, to] = ['', ''];
    let data: string[] | undefined;
    say('220 loopback');
    createInterface({ input: socket }).on('line', (line) => {
      if (data && line !== '.') return void data.push(line);
      if (data) {
        received.push({ from, to, content: data.join('\n') });
        data = undefined;
        return say('250 kept');
      }
      const verb = line.slice(0, 4).toUpperCase();
      const address = /<([^>]*)>/.exec(line)?.[1] ?? '';
      if (verb === 'MAIL') from = address;
      if (verb === 'RCPT') to = address;
      if (verb === 'RCPT' && refuses) return say('550 no such mailbox');
      if (verb === 'DATA') data = [];
      if (verb === 'QUIT') return void socket.end('221 bye\r\n');
      return say(verb === 'DATA' ? '354 go on' : '250 OK');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    refuse: () => {
      refuses = true;
    },
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
