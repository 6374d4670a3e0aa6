import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '#testing';
import { Api } from './support/api.ts';
import { clicks } from './support/audio-files.ts';
import { openTestStack, type TestStack } from './support/test-stack.ts';

let stack: TestStack;
let ana: Api;
let anonymous: Api;
let links: string;
const bytes = clicks(121, 4, 901);

beforeAll(async () => {
  stack = await openTestStack(['gateway', 'audio']);
  ana = await Api.register(stack.url);
  anonymous = new Api(stack.url);
  const { body } = await ana.upload(bytes, { name: 'para-ti.wav' });
  links = `${body.links.file}/links`;
}, 120_000);
afterAll(() => stack?.close());

const linkFor = async (expiresInSeconds = 60): Promise<string> => (await ana.post(links, { expiresInSeconds })).body.url;

describe('a link to a file', () => {
  it('serves the file with its name without authentication', async () => {
    const { status, body } = await ana.post(links, {});
    expect({ status, hour: Math.round((Date.parse(body.expiresAt) - Date.now()) / 60_000) }).toEqual({ status: 201, hour: 60 });
    expect(body.url).toMatch(/^http:\/\/localhost:\d+\/v1\/links\//); // absolute, also where no public URL is set
    const answer = await anonymous.raw(body.url);
    expect(answer.headers.get('content-disposition')).toContain('para-ti.wav');
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it('supports ranges, HEAD and conditional requests', async () => {
    const url = await linkFor();
    const part = await anonymous.raw(url, { headers: { range: 'bytes=0-3' } });
    expect({ status: part.status, range: part.headers.get('content-range'), text: await part.text() }).toEqual({
      status: 206,
      range: `bytes 0-3/${bytes.length}`,
      text: 'RIFF',
    });
    const head = await anonymous.raw(url, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(bytes.length));
    expect((await anonymous.raw(url, { headers: { 'if-none-match': head.headers.get('etag') ?? '' } })).status).toBe(304);
    expect((await anonymous.raw(url, { headers: { range: `bytes=${bytes.length}-` } })).status).toBe(416);
  });

  it('answers 410 after its expiry', async () => {
    const { url, expiresAt } = (await ana.post(links, { expiresInSeconds: 1 })).body;
    const tooEarly: number[] = [];
    const hasEnded = async () => {
      const { status } = await anonymous.get(url);
      if (status === 410 && Date.now() < Date.parse(expiresAt)) tooEarly.push(Date.now());
      return status === 410;
    };
    expect(await until(hasEnded, 20_000)).toBe(true);
    expect(tooEarly).toEqual([]);
    expect(await anonymous.get(url)).toMatchObject({ status: 410, body: { code: 'link-expired' } });
  });

  it('cannot be forged or changed', async () => {
    const url = await linkFor();
    const changed = url.replace(/.(?=\/file$)/, (last) => (last === 'A' ? 'B' : 'A'));
    for (const wrong of [changed, '/v1/links/x/file', `/v1/links/${'A'.repeat(94)}/file`])
      expect(await anonymous.get(wrong)).toMatchObject({ status: 403, body: { code: 'link-invalid' } });
  });

  it('is created only by the owner, for at most a week', async () => {
    const bruno = await Api.register(stack.url);
    expect(await bruno.post(links, {})).toMatchObject({ status: 404, body: { code: 'track-not-found' } });
    expect((await anonymous.post(links, {})).status).toBe(401);
    for (const expiresInSeconds of [0, -5, 604_801, 'soon']) expect((await ana.post(links, { expiresInSeconds })).status).toBe(400);
  });

  it('answers 404 when the track is deleted', async () => {
    const { body } = await ana.upload(clicks(122, 3, 902), { wait: 30 });
    const { url } = (await ana.post(`${body.links.file}/links`, {})).body;
    expect((await anonymous.get(url)).status).toBe(200);
    await ana.delete(body.links.self);
    expect(await anonymous.get(url)).toMatchObject({ status: 404, body: { code: 'track-not-found' } });
  });
});
