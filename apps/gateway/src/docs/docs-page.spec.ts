import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { installDocsPage, policyFor } from './docs-page.ts';

let server: FastifyInstance;
beforeAll(async () => {
  server = Fastify();
  installDocsPage(server);
  await server.ready();
});
afterAll(() => server.close());

describe('policyFor', () => {
  it('allows exactly the inline scripts of the page', () => {
    const script = "\n  start('#app');\n";
    const hash = createHash('sha256').update(script).digest('base64');
    const policy = policyFor(`<script src="a.js"></script>\n<script type="text/javascript">${script}</script>`);
    expect(policy).toContain(`script-src 'self' 'sha256-${hash}';`);
    expect(policy.match(/sha256-/g)).toHaveLength(1);
  });
});

describe('the docs page', () => {
  it('loads and calls only its own origin', async () => {
    const { body, headers } = await server.inject('/docs/');
    const sources = String(headers['content-security-policy']);
    expect(sources).toContain("default-src 'none'");
    expect(sources).not.toMatch(/https?:|\*|unsafe-eval|script-src[^;]*unsafe-inline/);
    expect(body).not.toMatch(/(src|href)="https?:/);
  });
  it('disables external fonts, telemetry, proxy and assistant of Scalar', async () => {
    const { body } = await server.inject('/docs/');
    for (const setting of ['"withDefaultFonts": false', '"telemetry": false', '"proxyUrl": ""']) expect(body).toContain(setting);
    expect(body).toMatch(/"agent": \{\s*"disabled": true/);
  });
  it('supports conditional requests for its script', async () => {
    const first = await server.inject({ url: '/docs/js/scalar.js', headers: { 'accept-encoding': 'gzip' } });
    expect(first.headers['content-encoding']).toBe('gzip');
    expect(first.rawPayload.length).toBeLessThan(2_000_000);
    const again = await server.inject({ url: '/docs/js/scalar.js', headers: { 'if-none-match': String(first.headers.etag) } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });
});
