import { describe, expect, it } from '@jest/globals';
import { decodeBytes, repairText } from './text-encoding.ts';

const asLatin1 = (bytes: Buffer) => bytes.toString('latin1');
/** Кино, Группа крови, Аквариум in Windows-1251. */
const cyrillic = Buffer.from('cae8edee202d20c3f0f3efefe020eaf0eee2e8', 'hex');

describe('repairText', () => {
  it.each(['Plain', '', 'Ñandú', 'Äpfel für Öl', 'Motörhead', 'José', 'Sigur Rós', 'Кино', '一二三', 'ÅÄÖ', 'Ólöf'])(
    'leaves %j alone',
    (text) => {
      expect(repairText(text)).toBe(text);
    },
  );
  it.each(['Ñandú 🎧', 'Кино', '東京', 'Beyoncé'])('decodes %j that was written as UTF-8 under the flag of ISO 8859-1', (text) => {
    expect(repairText(asLatin1(Buffer.from(text)))).toBe(text);
  });
  it('decodes Windows-1251', () => expect(repairText(asLatin1(cyrillic))).toBe('Кино - Группа крови'));
  it('decodes the quotation marks and the euro sign of Windows-1252', () => {
    expect(repairText('\x93Best\x94 of \x80')).toBe('“Best” of €');
  });
  it('swaps the bytes of UTF-16 in the wrong order', () => {
    expect(repairText(Buffer.from('Ñandú', 'utf16le').swap16().toString('utf16le'))).toBe('Ñandú');
  });
});

describe('decodeBytes', () => {
  it.each(['Ñandú', 'Los Ángeles Azules', 'Björk', 'Älä sitä'])('takes %s in ISO 8859-1 for what it is', (text) => {
    expect(decodeBytes(Buffer.from(text, 'latin1'))).toBe(text);
  });
});
