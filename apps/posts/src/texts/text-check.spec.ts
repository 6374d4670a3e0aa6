import { afterAll, describe, expect, it } from '@jest/globals';
import { Compute } from '#compute';
import { TextAnalyzer } from './text-analyzer.service.ts';
import { TextCheck } from './text-check.service.ts';

const compute = new Compute({ threads: 1 });
afterAll(() => compute.close({ drainMs: 0 }));

describe('the check of the posts service', () => {
  it('passes where threads analyse texts', () => new TextCheck(new TextAnalyzer(compute)).run());
  it('fails where an analysis finds something else', async () => {
    const analyzer = { analyzeAll: async () => [{ language: 'und', sentiment: null }] } as unknown as TextAnalyzer;
    await expect(new TextCheck(analyzer).run()).rejects.toThrow('A happy English text was found to be without sentiment, in und.');
  });
});
