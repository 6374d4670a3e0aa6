import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '#testing';
import { Api } from './support/api.ts';
import { type House, openHouse } from './support/house.ts';
import { clicks } from './support/sounds.ts';

let house: House;
let ana: Api;
let anybody: Api;
let links: string;
const bytes = clicks(121, 4, 901);

beforeAll(async () => {
  house = await openHouse(['gateway', 'audio']);
  ana = await Api.register(house.url);
  anybody = new Api(house.url);
  const { body } = await ana.upload(bytes, { name: 'para-ti.wav' });
  links = `${body.links.file}/links`;
}, 120_000);
afterAll(() => house?.close());

const linkFor = async (expiresInSeconds = 60): Promise<string> => (await ana.post(links, { expiresInSeconds })).body.url;

describe('a link to a file', () => {
  it('gives the file to somebody without an account, under its name', async () => {
    const { status, body } = await ana.post(links, {});
    expect({ status, hour: Math.round((Date.parse(body.expiresAt) - Date.now()) / 60_000) }).toEqual({ status: 201, hour: 60 });
    const answer = await anybody.raw(body.url);
    expect(answer.headers.get('content-disposition')).toContain('para-ti.wav');
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it('gives parts, headers alone, and nothing to whoever has it already', async () => {
    const url = await linkFor();
    const part = await anybody.raw(url, { headers: { range: 'bytes=0-3' } });
    expect({ status: part.status, range: part.headers.get('content-range'), text: await part.text() }).toEqual({
      status: 206,
      range: `bytes 0-3/${bytes.length}`,
      text: 'RIFF',
    });
    const head = await anybody.raw(url, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(bytes.length));
    expect((await anybody.raw(url, { headers: { 'if-none-match': head.headers.get('etag') ?? '' } })).status).toBe(304);
    expect((await anybody.raw(url, { headers: { range: `bytes=${bytes.length}-` } })).status).toBe(416);
  });

  it('ends with 410', async () => {
    const { url, expiresAt } = (await ana.post(links, { expiresInSeconds: 1 })).body;
    const tooEarly: number[] = [];
    const hasEnded = async () => {
      const { status } = await anybody.get(url);
      if (status === 410 && Date.now() < Date.parse(expiresAt)) tooEarly.push(Date.now());
      return status === 410;
    };
    expect(await until(hasEnded, 20_000)).toBe(true);
    expect(tooEarly).toEqual([]);
    expect(await anybody.get(url)).toMatchObject({ status: 410, body: { code: 'link-expired' } });
  });

  it('cannot be made up or changed', async () => {
    const url = await linkFor();
    const changed = `${url.slice(0, -1)}${url.endsWith('A') ? 'B' : 'A'}`;
    for (const wrong of [changed, '/v1/files/x', `/v1/files/${'A'.repeat(94)}`])
      expect(await anybody.get(wrong)).toMatchObject({ status: 403, body: { code: 'link-invalid' } });
  });

  it('is made by the owner alone, for a week at most', async () => {
    const bruno = await Api.register(house.url);
    expect(await bruno.post(links, {})).toMatchObject({ status: 404, body: { code: 'track-not-found' } });
    expect((await anybody.post(links, {})).status).toBe(401);
    for (const expiresInSeconds of [0, -5, 604_801, 'soon']) expect((await ana.post(links, { expiresInSeconds })).status).toBe(400);
  });

  it('ends when the track is deleted', async () => {
    const { body } = await ana.upload(clicks(122, 3, 902), { wait: 30 });
    const { url } = (await ana.post(`${body.links.file}/links`, {})).body;
    expect((await anybody.get(url)).status).toBe(200);
    await ana.delete(body.links.self);
    expect(await anybody.get(url)).toMatchObject({ status: 404, body: { code: 'track-not-found' } });
  });
});
