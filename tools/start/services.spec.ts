import { describe, expect, it } from '@jest/globals';
import { chosenServices, serviceNames } from './services.ts';

describe('chosenServices', () => {
  it('means all when none is named', () => expect(chosenServices([])).toEqual(serviceNames));
  it('takes each once, in the order of the stack', () =>
    expect(chosenServices(['audio', 'gateway', 'audio'])).toEqual(['gateway', 'audio']));
  it.each(['kong', 'toString'])('knows no %s, and says what there is', (word) =>
    expect(() => chosenServices([word])).toThrow('gateway, audio, video'),
  );
});
