import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Failure } from '#contracts';
import { bytesIn, checksumIn, lengthOfNew, requiredOffset, requireTus } from './tus.ts';

const codeOf = (work: () => unknown) => {
  try {
    return work();
  } catch (error) {
    return Failure.from(error).code;
  }
};

describe('Tus-Resumable', () => {
  it('says 1.0.0', () => expect(() => requireTus({ 'tus-resumable': '1.0.0' })).not.toThrow());
  it.each([undefined, '', '1.0', '1.0.1', '0.2.2', '1.0.0, 1.0.0', ['1.0.0']])('is not good as %j', (version) => {
    expect(codeOf(() => requireTus({ 'tus-resumable': version }))).toBe('tus-version-unsupported');
  });
});

describe('a number of bytes', () => {
  it.each([
    ['0', 0],
    ['7', 7],
    ['999999999999999', 999_999_999_999_999],
  ])('%s is read exactly', (text, bytes) => expect(bytesIn({ 'upload-offset': text }, 'upload-offset')).toBe(bytes));
  it.each(['', ' ', '-1', '+1', '01', '1.0', '1e3', '0x10', '1_000', '1,2', '٣', 'NaN', '1000000000000000', ['1', '1']])(
    '%j is none',
    (text) => {
      expect(codeOf(() => bytesIn({ 'upload-offset': text }, 'upload-offset'))).toBe('request-invalid');
    },
  );
  it('has to be there as an offset', () => expect(codeOf(() => requiredOffset({}))).toBe('request-invalid'));
});

describe('the length of a new upload', () => {
  it('is told, or told later', () => {
    expect(lengthOfNew({ 'upload-length': '12' })).toBe(12);
    expect(lengthOfNew({ 'upload-defer-length': '1' })).toBeNull();
  });
  it.each([
    [{}],
    [{ 'upload-length': '5', 'upload-defer-length': '1' }],
    [{ 'upload-defer-length': '0' }],
    [{ 'upload-defer-length': 'true' }],
    [{ 'upload-length': 'x' }],
  ])('is refused as %j', (headers) => expect(codeOf(() => lengthOfNew(headers))).toBe('request-invalid'));
});

describe('a checksum', () => {
  it.each(['sha256', 'sha1', 'md5'])('is read with %s', (algorithm) => {
    const digest = createHash(algorithm).update('x').digest();
    expect(checksumIn({ 'upload-checksum': `${algorithm} ${digest.toString('base64')}` })).toEqual({ algorithm, digest });
  });
  it('may be absent', () => expect(checksumIn({})).toBeUndefined());
  it.each([
    '',
    'sha256',
    'sha256 ',
    'crc32 AAAAAA==',
    'SHA256 n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=',
    'md5 n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=',
    'sha1 !!!!!!!!!!!!!!!!!!!!!!!!!!!=',
    'md5  1B2M2Y8AsgTpgAmY7PhCfg==',
    'md5 1B2M2Y8AsgTpgAmY7PhCfg== x',
    'constructor AAAA',
  ])('is refused as %j', (text) => expect(codeOf(() => checksumIn({ 'upload-checksum': text }))).toBe('request-invalid'));
});
