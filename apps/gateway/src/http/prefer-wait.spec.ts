import { describe, expect, it } from '@jest/globals';
import { preferredWaitSeconds } from './prefer-wait.ts';

describe('preferredWaitSeconds', () => {
  it.each([
    ['wait=10', 10],
    ['respond-async, wait=10', 10],
    ['respond-async; wait=10', 10],
    ['WAIT = "20"', 20],
    ['wait=100000', 60],
    ['wait=0', 0],
  ])('hears %j as %d', (header, seconds) => expect(preferredWaitSeconds(header)).toBe(seconds));

  it.each([undefined, '', 'respond-async', 'wait', 'wait=', 'wait=soon', 'wait=-1', 'await=5', 'wait=5x'])(
    'hears no wait in %j',
    (header) => expect(preferredWaitSeconds(header)).toBeUndefined(),
  );
});
