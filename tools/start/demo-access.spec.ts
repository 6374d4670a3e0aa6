import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from '@jest/globals';
import { type DemoUser, demoAccess } from './demo.ts';
import { StateFile } from './started-processes.ts';

it('a demo user whose notes were damaged is made anew', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rafaga-demo-'));
  const created: string[] = [];
  const create = async ({ email }: DemoUser) => {
    if (email === 'demo@example.com') return false;
    created.push(email);
    return true;
  };
  const server = createServer(async (request, response) => {
    const { email } = JSON.parse(await text(request)) as { email: unknown };
    response.statusCode = typeof email !== 'string' ? 400 : created.includes(email) ? 200 : 401;
    response.end(JSON.stringify({ accessToken: 'token' }));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const kept = new StateFile<DemoUser>(folder, 'demo.json');
  kept.write({ email: 5 } as unknown as DemoUser);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const access = await demoAccess(url, { name: 'demo', kept, create }).finally(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  expect([created, access.token]).toEqual([[access.email], 'token']);
});
