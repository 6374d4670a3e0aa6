import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Failure } from '#contracts';
import { concatenationIn, concatHeaderOf, maxParts, refuseOwnBytes } from './concatenation.ts';

const [a, b] = ['0b7b3c1e-70f5-4e3a-9a53-1f0a5d6c7e81', '6f1d2b1a-5c1e-4b3f-8f0e-2d9c8a7b6c5d'];
const path = (id: string) => `/v1/uploads/${id}`;
const read = (text: string | string[] | undefined) => concatenationIn({ 'upload-concat': text });
const codeOf = (work: () => unknown) => {
  try {
    return work();
  } catch (error) {
    return Failure.from(error).code;
  }
};

describe('Upload-Concat', () => {
  it('may be absent', () => expect(read(undefined)).toBeUndefined());
  it('says that an upload is a part', () => expect(read('partial')).toEqual({ role: 'partial' }));
  it.each([
    ['paths', `final;${path(a)} ${path(b)}`],
    ['addresses of any host, behind any prefix', `final;https://media.example/api${path(a)} http://127.0.0.1:3000${path(b)}/`],
    ['addresses in capitals, with spaces around them', `final; ${path(a.toUpperCase())}  ${path(b)} `],
  ])('names the parts of a final upload in their order, by %s', (_how, text) => {
    expect(read(text)).toEqual({ role: 'final', partIds: [a, b] });
  });
  it(`takes ${maxParts} parts`, () => {
    const ids = Array.from({ length: maxParts }, () => randomUUID() as string);
    expect(read(`final;${ids.map(path).join(' ')}`)).toEqual({ role: 'final', partIds: ids });
  });
  it.each<[string, string | string[]]>([
    ['nothing', ''],
    ['another word', 'whole'],
    ['two words', 'partial, final'],
    ['two headers', ['partial', 'partial']],
    ['no part', 'final;'],
    ['no separator', `final ${path(a)}`],
    ['one part twice', `final;${path(a)} ${path(a)}`],
    ['one part twice, spelled differently', `final;${path(a)} http://x${path(a.toUpperCase())}`],
    ['an id alone', `final;${a}`],
    ['another resource', `final;/v1/tracks/${a}`],
    ['no address', 'final;http://['],
    ['too many parts', `final;${Array.from({ length: maxParts + 1 }, () => path(randomUUID())).join(' ')}`],
  ])('is refused with %s', (_what, text) => expect(codeOf(() => read(text))).toBe('request-invalid'));
  it('is given back as paths', () => {
    expect([concatHeaderOf('partial', null), concatHeaderOf('final', [a, b])]).toEqual(['partial', `final;${path(a)} ${path(b)}`]);
  });
});

describe('a final upload', () => {
  it('says no length and brings no bytes', () => expect(() => refuseOwnBytes({}, false)).not.toThrow());
  it.each<[Record<string, string>, boolean]>([
    [{ 'upload-length': '5' }, false],
    [{ 'upload-defer-length': '1' }, false],
    [{}, true],
  ])('is refused with %j and bytes %j', (headers, hasBytes) => {
    expect(codeOf(() => refuseOwnBytes(headers, hasBytes))).toBe('request-invalid');
  });
});
