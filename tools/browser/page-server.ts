/** Serves the page of another origin on loopback: its script, bundled from page.js, and a file to upload. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface PageServer {
  readonly origin: string;
  /** What is at /file from now on. */
  offer(file: Uint8Array): void;
  stop(): Promise<void>;
}

interface Bundler {
  build(options: object): Promise<{ readonly outputFiles: readonly { readonly contents: Uint8Array }[] }>;
  stop?(): Promise<void>;
}

/** Only installed by `npm run test:browser`, so types cannot be imported. */
async function bundlePage(): Promise<Uint8Array> {
  const bundler = (await import(String('esbuild'))) as Bundler;
  const entry = join(import.meta.dirname, 'page.js');
  const { outputFiles } = await bundler.build({ entryPoints: [entry], bundle: true, write: false, format: 'iife', logLevel: 'error' });
  await bundler.stop?.();
  return outputFiles[0]?.contents ?? new Uint8Array(0);
}

/** The embedder policy makes the browser refuse what other origins do not offer explicitly (Cross-Origin-Resource-Policy, CORS). */
const headers = { 'cross-origin-embedder-policy': 'require-corp' };
const html = '<!doctype html><html lang="en"><title>Another origin</title><body><script src="/page.js"></script></body></html>';

export async function servePage(): Promise<PageServer> {
  const script = await bundlePage();
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
