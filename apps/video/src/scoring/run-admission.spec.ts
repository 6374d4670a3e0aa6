import { expect, it } from '@jest/globals';
import { RunAdmission } from './run-admission.ts';

it('admits so many of one owner, and so many altogether, until they end', async () => {
  const admission = new RunAdmission({ altogether: 3, perOwner: 2 });
  const end = Promise.withResolvers<void>();
  const begin = (owner: string) => admission.run(owner, () => end.promise);
  const running = ['ada', 'ada', 'bob'].map(begin);
  await expect(begin('ada')).rejects.toMatchObject({ code: 'overloaded', message: expect.stringContaining('2 of your') });
  await expect(begin('eve')).rejects.toMatchObject({ code: 'overloaded', retryAfterSeconds: 5 });
  end.resolve();
  await Promise.all(running);
  await expect(begin('ada')).resolves.toBeUndefined();
});

it('forgets a run that fails', async () => {
  const admission = new RunAdmission({ altogether: 1, perOwner: 1 });
  await expect(admission.run('ada', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await admission.run('ada', async () => 7)).toBe(7);
});
