import { describe, expect, it } from '@jest/globals';
import { Failure } from '#contracts';
import { readMetadata } from './upload-metadata.ts';

const b64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');

describe('readMetadata', () => {
  it('reads name, type and kind', () => {
    const header = `filename ${b64('ñandú 夜.wav')},filetype ${b64('audio/wav')}, kind ${b64('track')},note,empty `;
    expect(readMetadata(header)).toEqual({ header, fileName: 'ñandú 夜.wav', contentType: 'audio/wav', kind: 'track', fields: {} });
  });
  it.each([
    ['track', 'track'],
    ['video', 'video'],
  ])('reads the kind %s as %s', (said, kind) => expect(readMetadata(`kind ${b64(said)}`).kind).toBe(kind));
  it('reads what the owner says about the file', () => {
    const header = `title ${b64('Golden hour')},tags ${b64('["live"]')},metadata ${b64('{"project":"spring"}')},externalId ${b64('crm-4711')}`;
    const fields = { title: 'Golden hour', tags: ['live'], metadata: { project: 'spring' }, externalId: 'crm-4711' };
    expect(readMetadata(header).fields).toEqual(fields);
    expect(readMetadata(`tags ${b64('live')}`).fields).toEqual({ tags: ['live'] });
  });
  it('reads whether a truncated track is refused', () => {
    expect(['true', 'false'].map((said) => readMetadata(`strict ${b64(said)}`).strict)).toEqual([true, false]);
    expect(readMetadata(`kind ${b64('video')},strict ${b64('false')}`).strict).toBe(false);
  });
  it('says which of these is wrong', () =>
    expect(() => readMetadata(`tags ${b64('["a","a"]')}`)).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ pointer: '/header/upload-metadata/tags' })] }),
    ));
  it('takes the names that other clients use', () => {
    expect(readMetadata(`name ${b64('a.mp3')},type ${b64('audio/mpeg')}`)).toMatchObject({ fileName: 'a.mp3', contentType: 'audio/mpeg' });
  });
  it.each([undefined, ''])('does without (%j)', (header) => {
    expect(readMetadata(header)).toEqual({ header: null, fileName: 'untitled', contentType: null, kind: 'track', fields: {} });
  });

  it.each([
    ['a path for a name', `filename ${b64('../../etc/passwd')}`],
    ['a line break in a name', `filename ${b64('a\r\nb')}`],
    ['an overlong name', `filename ${b64('x'.repeat(256))}`],
    ['what is no base64', 'filename a*b='],
    ['base64 without its end', 'filename YWI'],
    ['what is no UTF-8', `filename ${b64(Uint8Array.of(0xc3, 0x28))}`],
    ['a key twice', `filename ${b64('a')},filename ${b64('b')}`],
    ['a pair without a key', `filename ${b64('a')},,x`],
    ['three words', `filename ${b64('a')} b`],
    ['a type that is none', `filetype ${b64('<script>')}`],
    ['a kind that we do not know', `kind ${b64('poem')}`],
    ['the noun of a format', `kind ${b64('audio')}`],
    ['a kind that every object has', `kind ${b64('constructor')}`],
    ['a strictness that is none', `strict ${b64('yes')}`],
    ['strictness for a video', `kind ${b64('video')},strict ${b64('true')}`],
    ['too much', `note ${b64('x'.repeat(8_000))}`],
    ['too many', Array.from({ length: 33 }, (_, index) => `k${index}`).join(',')],
  ])('refuses %s', (_what, header) => {
    expect(() => readMetadata(header)).toThrow(
      expect.objectContaining({ code: 'request-invalid', errors: [expect.objectContaining({ pointer: '/header/upload-metadata' })] }),
    );
  });
  it('refuses two headers', () => expect(() => readMetadata(['a', 'b'])).toThrow(Failure));
});
