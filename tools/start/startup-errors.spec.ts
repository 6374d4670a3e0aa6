import { expect, it } from '@jest/globals';
import { startupError } from './startup-errors.ts';

it('an error is told in its own words', () => expect(startupError(new Error('no database'))).toBe('no database'));

it.each(['EACCES', 'EROFS', 'EEXIST', 'ENOSPC'])('a disk that answers %s is told with what to do', (code) => {
  const words = startupError(Object.assign(new Error(code), { code, path: '/x/.rafaga/start.lock' }));
  expect(words).toContain('/x/.rafaga/start.lock');
  expect(words).toContain('writable');
});
