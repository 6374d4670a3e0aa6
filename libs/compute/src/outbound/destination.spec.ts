import { describe, expect, it } from '@jest/globals';
import { checkUrl, findDestination, type OutboundPolicy } from './destination.ts';

const policy: OutboundPolicy = { ports: [80, 443], allowPrivate: [] };
const find = (url: string, addresses: readonly string[], rules = policy) =>
  findDestination(new URL(url), rules, async () => addresses, new AbortController().signal);
const refusal = expect.objectContaining({ code: 'address-refused' });

describe('a URL', () => {
  it.each(['http://example.org/', 'https://example.org:443/a?b#c', 'http://1.1.1.1/', 'https://[2606:4700::1111]/', 'http://exämple.org/'])(
    '%s may be called',
    (url) => expect(checkUrl(url, policy).href).toBe(new URL(url).href),
  );
  it.each([
    'file:///etc/passwd',
    'ftp://example.org/',
    'gopher://example.org/',
    'data:text/plain,x',
    'javascript:1',
    '//example.org',
    'example.org',
    '',
    'http://',
    'http://user@example.org/',
    'http://user:secret@example.org/',
    'http://example.org:22/',
    'http://example.org:8080/',
    'http://example.org:0/',
    'http://127.0.0.1/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://any.localhost/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://0/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[64:ff9b::127.0.0.1]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://①②⑦.⓪.⓪.①/',
    `http://example.org/${'x'.repeat(2_100)}`,
  ])('%s may not', (url) => expect(() => checkUrl(url, policy)).toThrow(refusal));
});

describe('a name', () => {
  it('is called under the addresses that it has, IPv4 first', async () => {
    const { addresses, port } = await find('https://example.org/', ['2606:4700::1111', '1.1.1.1']);
    expect({ addresses, port }).toEqual({ addresses: ['1.1.1.1', '2606:4700::1111'], port: 443 });
  });
  it.each([[['127.0.0.1']], [['1.1.1.1', '10.0.0.1']], [['1.1.1.1', '::1']], [['::ffff:10.0.0.1']], [['not an address']]])(
    'is not called when %j are among them',
    async (addresses) => await expect(find('http://example.org/', addresses)).rejects.toEqual(refusal),
  );
  it('is not called without any', async () => {
    await expect(find('http://example.org/', [])).rejects.toMatchObject({ code: 'remote-unreachable' });
  });
  it('is not revealed with its address', async () => {
    await expect(find('http://inside.example.org/', ['10.1.2.3'])).rejects.not.toThrow(/10\.1\.2\.3/);
  });
  it('is called at a private address only where that very address and port are allowed', async () => {
    const rules = { ...policy, allowPrivate: ['127.0.0.1:8080', '[::1]:8080'] };
    expect((await find('http://a.test:8080/', ['127.0.0.1'], rules)).addresses).toEqual(['127.0.0.1']);
    expect((await find('http://a.test:8080/', ['::1'], rules)).addresses).toEqual(['::1']);
    await expect(find('http://a.test:8080/', ['127.0.0.2'], rules)).rejects.toEqual(refusal);
    await expect(find('http://a.test:8081/', ['127.0.0.1'], rules)).rejects.toEqual(refusal);
    await expect(find('http://a.test:8080/', ['1.1.1.1'], rules)).rejects.toEqual(refusal);
  });
});
