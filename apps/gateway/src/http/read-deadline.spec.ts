import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ReadDeadline } from './read-deadline.ts';

const server = createServer();
let client: Socket;
let accepted: Socket;
beforeEach(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  [accepted] = (await once(server, 'connection')) as [Socket];
});
afterEach(async () => {
  client.destroy();
  accepted.destroy();
  server.close();
  await once(server, 'close');
});

/** As when the machine runs something else: neither timers nor sockets are looked at. */
const standStill = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

describe('a deadline for what arrives', () => {
  it('is kept by what has arrived while the process stood still', async () => {
    const outcome = await new Promise<string>((resolve) => {
      const deadline = new ReadDeadline(50, () => resolve('expired'));
      accepted.on('data', () => {
        deadline.stop();
        resolve('arrived');
      });
      client.write('here', () => standStill(100));
    });
    expect(outcome).toBe('arrived');
  });

  it('expires when nothing arrives, once', async () => {
    let expired = 0;
    await new Promise<void>((resolve) => new ReadDeadline(10, () => resolve(void expired++)));
    expect(expired).toBe(1);
  });
});
