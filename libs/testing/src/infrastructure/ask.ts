import { createConnection } from 'node:net';

/** Sends one line to a server on this machine and takes the first piece of its answer. */
export function ask(port: number, line: string, deadlineMs = 1_000): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ port, host: '127.0.0.1', timeout: deadlineMs }, () => socket.write(line));
    socket.once('data', (answer) => resolve(String(answer)) ?? socket.destroy());
    socket.once('timeout', () => socket.destroy(new Error(`no answer on port ${port} within ${deadlineMs} ms`)));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`port ${port} closed without an answer`)));
  });
}
