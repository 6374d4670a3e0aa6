import { describe, expect, it } from '@jest/globals';
import { answerFile } from './file-answer.ts';

const file = { sha256: 'a'.repeat(64), sizeBytes: 1_000, contentType: 'audio/flac', fileName: 'Ráfaga.flac' };
const etag = `"${file.sha256}"`;
const ask = (question: Partial<Parameters<typeof answerFile>[1]>) => answerFile(file, { method: 'GET', ...question });
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('answerFile', () => {
  it('gives the whole file with its tag, size, type and name', () => {
    expect(ask({})).toEqual({
      status: 200,
      bytes: {},
      headers: {
        etag,
        'accept-ranges': 'bytes',
        'content-type': 'audio/flac',
        'content-length': '1000',
        'content-disposition': `attachment; filename="R_faga.flac"; filename*=UTF-8''R%C3%A1faga.flac`,
      },
    });
  });

  it('gives a part and says which', () => {
    const { status, headers, bytes } = ask({ range: 'bytes=-100', 'if-range': etag });
    expect({ status, bytes }).toEqual({ status: 206, bytes: { start: 900, end: 999 } });
    expect(headers).toMatchObject({ 'content-range': 'bytes 900-999/1000', 'content-length': '100', etag });
  });

  it.each([
    ['several ranges are asked for', { range: 'bytes=0-1,3-4' }],
    ['If-Range names another file', { range: 'bytes=0-1', 'if-range': '"other"' }],
    ['the range is nonsense', { range: 'bytes=z' }],
  ])('gives the whole file when %s', (_when, question) => expect(ask(question)).toMatchObject({ status: 200, bytes: {} }));

  it('gives headers alone to HEAD, whatever the range', () => {
    const answer = ask({ method: 'HEAD', range: 'bytes=0-1' });
    expect(answer).toMatchObject({ status: 200, headers: { 'content-length': '1000' } });
    expect(answer.bytes).toBeUndefined();
  });

  it('says that the client has it already, before looking at any range', () => {
    expect(ask({ 'if-none-match': `W/${etag}`, range: 'bytes=5000-' })).toEqual({
      status: 304,
      headers: { etag, 'accept-ranges': 'bytes' },
    });
  });

  it('refuses what lies outside and what is not the file that was meant', () => {
    expect(() => ask({ range: 'bytes=1000-' })).toThrow(code('range-not-satisfiable'));
    expect(() => ask({ 'if-match': '"other"' })).toThrow(code('precondition-failed'));
  });
});
