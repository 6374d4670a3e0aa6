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
  const registered: string[] = [];
  const server = createServer(async (request, response) => {
    const { email } = JSON.parse(await text(request)) as { email: unknown };
    const isKnown = typeof email === 'string' && registered.includes(email);
    if (request.url?.endsWith('register')) {
      response.statusCode = email === 'demo@example.com' ? 409 : 201;
      if (response.statusCode === 201) registered.push(String(email));
    } else response.statusCode = isKnown ? 200 : typeof email === 'string' ? 401 : 400;
    response.end(JSON.stringify({ accessToken: 'token' }));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const kept = new StateFile<DemoUser>(folder, 'demo.json');
  kept.write({ email: 5 } as unknown as DemoUser);
  const access = await demoAccess(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, kept).finally(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  expect([registered, access.token]).toEqual([[access.email], 'token']);
});
