import { describe, expect, it } from '@jest/globals';
import { importName } from './import-name.ts';

const from = (url: string, contentDisposition?: string, requestedName: string | null = null) =>
  importName({ url: new URL(url, 'https://example.org'), contentDisposition, requestedName });

describe('an imported file', () => {
  it.each([
    ['as the client wishes', from('/a.wav', 'attachment; filename="b.wav"', 'c.wav'), 'c.wav'],
    ['as the server says', from('/a.wav', 'attachment; filename="b b.wav"'), 'b b.wav'],
    ['as the server says without quotes', from('/a.wav', 'attachment; filename=b.wav'), 'b.wav'],
    ['as the server says in any script', from('/a.wav', `attachment; filename="x.wav"; filename*=UTF-8''%E5%A4%9C.wav`), '夜.wav'],
    ['by the end of its address', from('/x/y/r%C3%A1faga.wav?token=1'), 'ráfaga.wav'],
    ['import where nothing has a name', from('/'), 'import'],
    ['import where the name is a path', from('/%2e%2e%2fetc%2fpasswd'), 'import'],
    ['import where the escape is broken', from('/%zz'), 'import'],
    ['by its address where the server tells a path', from('/a.wav', 'attachment; filename="../b.wav"'), 'a.wav'],
  ])('is called %s', (_how, name, expected) => expect(name).toBe(expected));
});
