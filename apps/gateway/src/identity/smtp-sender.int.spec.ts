import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Log } from '#platform';
import { type SmtpServer, startSmtpServer } from '../../testing/smtp-server.ts';
import { MailDelivery } from './mail.service.ts';
import { openSmtpSender, type SmtpSender } from './smtp-sender.ts';

const lines: string[] = [];
let server: SmtpServer;
let sender: SmtpSender;
let mail: MailDelivery;
beforeAll(async () => {
  server = await startSmtpServer();
  sender = openSmtpSender({ url: server.url, from: 'rafaga@example.org' });
  const destination = { write: (line: string) => void lines.push(line) };
  mail = new MailDelivery(Log.open({ service: 'gateway', instance: 'test', level: 'warn' }, destination));
  mail.use(sender);
});
afterAll(async () => {
  sender?.close();
  await server?.stop();
});
const post = async (to: string, text = 'A token: rfp_x') => {
  mail.post(async () => ({ to, subject: 'Password reset', text }));
  await mail.settled();
};

describe('mail over SMTP', () => {
  it('arrives with its sender, subject and text', async () => {
    await post('ana@example.org');
    const [received] = server.received;
    expect([received?.from, received?.to]).toEqual(['rafaga@example.org', 'ana@example.org']);
    expect(received?.content).toMatch(/^Subject: Password reset$/m);
    expect(received?.content).toMatch(/\n\nA token: rfp_x/);
  });
  it('cannot be given headers by an address', async () => {
    await post('ana@example.org\r\nBcc: eve@example.org');
    expect(server.received.map(({ to }) => to)).not.toContain('eve@example.org');
    expect(server.received.at(-1)?.content).not.toMatch(/^Bcc:/m);
  });
  it('that the server refuses is logged without its text, and the next one is sent', async () => {
    server.refuse();
    await post('ben@example.org', 'secret token');
    expect(lines.at(-1)).toMatch(/failed to send a message/);
    expect(lines.join('')).not.toMatch(/secret token/);
  });
});
