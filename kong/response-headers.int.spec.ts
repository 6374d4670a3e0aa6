import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { attachment } from '../apps/gateway/src/downloads/content-disposition.ts';
import { longestLinkBytes } from '../apps/gateway/src/http/next-page.ts';
import { type OwnGateway, startGateway } from '../apps/gateway/testing/own-gateway.ts';
import { longestMetadataBytes, responseHeaderBufferBytes } from './environment.ts';

const origin = 'https://app.example.org';
let gateway: OwnGateway;
beforeAll(async () => {
  gateway = await startGateway({ GATEWAY_CORS_ORIGINS: origin });
});
afterAll(() => gateway.stop());

const person = { email: 'tus@example.org', password: 'correct horse battery' };
const sizeOf = (headers: Headers) => [...headers].reduce((sum, [name, value]) => sum + name.length + Buffer.byteLength(value) + 4, 0);

describe('the largest set of response headers', () => {
  it("is larger than Kong's default buffer and fits the one that is set", async () => {
    await gateway.ask('POST', '/v1/auth/register', { body: person });
    const token = (await gateway.ask('POST', '/v1/auth/login', { body: person })).json.accessToken as string;
    const headers = { 'tus-resumable': '1.0.0', origin };
    const name = `filename ${Buffer.from('n.wav').toString('base64')},note `;
    const create = (metadata: string) =>
      gateway.ask('POST', '/v1/uploads', { token, headers: { ...headers, 'upload-length': '10', 'upload-metadata': metadata } });
    const longest = name + 'AAAA'.repeat(Math.floor((longestMetadataBytes - name.length) / 4));
    expect((await create(`${longest}AAAA`)).status).toBe(400); // no longer one is accepted
    const created = await create(longest);
    expect(created.status).toBe(201);
    const head = await gateway.ask('HEAD', created.headers.get('location')!, { token, headers });
    expect(head.status).toBe(200);
    const statusLineBytes = 50;
    expect(sizeOf(head.headers) + statusLineBytes).toBeGreaterThan(4_096);
    // As if one answer had all of them: the longest metadata, the longest name of a file (255 bytes of UTF-16), the longest link to a next page.
    const longestName = attachment('\u{1D11E}'.repeat(127)).length;
    expect(sizeOf(head.headers) + statusLineBytes + longestName + longestLinkBytes).toBeLessThan(responseHeaderBufferBytes * 0.9);
  });
});
