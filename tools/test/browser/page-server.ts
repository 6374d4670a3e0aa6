/** Serves the page of another origin on loopback: its script, bundled from tools/browser/page.js, and a file to upload. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { browserFolder } from './install.ts';

export interface PageServer {
  readonly origin: string;
  /** What is at /file from now on. */
  offer(file: Uint8Array): void;
  stop(): Promise<void>;
}

/** By the bundler's program; only `npm run test:browser` installs it. */
const bundlePage = (): Buffer =>
  execFileSync(process.execPath, ['node_modules/esbuild/bin/esbuild', 'page.js', '--bundle', '--format=iife', '--log-level=error'], {
    cwd: browserFolder,
    maxBuffer: 32 << 20,
  });

/** The embedder policy makes the browser refuse what other origins do not offer explicitly (Cross-Origin-Resource-Policy, CORS). */
const headers = { 'cross-origin-embedder-policy': 'require-corp' };
const html = '<!doctype html><html lang="en"><title>Another origin</title><body><script src="/page.js"></script></body></html>';

export async function servePage(): Promise<PageServer> {
  const script = bundlePage();
  let file: Uint8Array = new Uint8Array(0);
  const contents: Readonly<Record<string, () => readonly [string, string | Uint8Array]>> = {
    '/': () => ['text/html; charset=utf-8', html],
    '/page.js': () => ['text/javascript; charset=utf-8', script],
    '/file': () => ['application/octet-stream', file],
  };
  const server: Server = createServer(({ url = '' }, response) => {
    const found = contents[url]?.();
    if (!found) return void response.writeHead(404).end();
    response.writeHead(200, { ...headers, 'content-type': found[0] }).end(found[1]);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    offer: (bytes) => {
      file = bytes;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
