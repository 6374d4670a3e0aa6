import { describe, expect, it } from '@jest/globals';
import { factsOf, type RequestFacts } from './fingerprint.ts';

const json: RequestFacts = { method: 'POST', url: '/v1/things?a=1', headers: {}, body: { name: 'a' } };
const file: RequestFacts = {
  method: 'POST',
  url: '/v1/tracks',
  headers: { 'content-type': 'multipart/form-data; boundary=one', 'content-length': '300' },
  body: undefined,
};
const withHeaders = (headers: RequestFacts['headers']) => ({ ...file, headers: { ...file.headers, ...headers } });

describe('two requests', () => {
  it('have the same fingerprint when method, URL and body are equal', () =>
    expect(factsOf({ ...json, headers: { 'x-request-id': '2' } })).toBe(factsOf(json)));
  it.each([
    ['path', { ...json, url: '/v1/other?a=1' }],
    ['query', { ...json, url: '/v1/things?a=2' }],
    ['method', { ...json, method: 'PUT' }],
    ['body', { ...json, body: { name: 'b' } }],
    ['body, which one of them lacks', { ...json, body: undefined }],
  ])('differ by their %s', (_what, other) => expect(factsOf(other)).not.toBe(factsOf(json)));

  it('with files have the same fingerprint for any multipart boundary', () => {
    expect(factsOf(withHeaders({ 'content-type': 'multipart/form-data; boundary=longer', 'content-length': '304' }))).toBe(factsOf(file));
  });
  it.each([
    ['digest', { 'content-digest': 'sha-256=:AAAA:' }],
    ['media type', { 'content-type': 'audio/wav' }],
  ])('with files differ by their %s', (_what, headers) => expect(factsOf(withHeaders(headers))).not.toBe(factsOf(file)));
});
