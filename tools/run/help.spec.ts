import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root } from '../setup/paths.ts';
import { explainedByComment, helpFor } from './help.ts';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const commands = Object.entries(scripts).flatMap(([name, line]) => {
  const [, file] = /run\.mjs (?:--built )?(\S+)/.exec(line) ?? [];
  return file ? [[name, file] as const] : [];
});
const texts = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => readFileSync(join(root, folder, file), 'utf8'));

describe('--help', () => {
  it.each(commands.filter(([, file]) => explainedByComment.has(file)))('of %s says what it does, and does nothing', (name, file) => {
    expect(helpFor(root, file, ['--help'])).toMatch(new RegExp(`^\`npm run ${name}\`: .{20}`));
    expect(helpFor(root, file, [])).toBeUndefined();
  });

  it('of every other command is told by the command', () => {
    const others = commands.filter(([name, file]) => !explainedByComment.has(file) && name !== 'operator'); // whose words the gateway reads
    const silent = others.filter(([, file]) => !texts(dirname(file)).some((text) => /'--help'|help:|Usage|\bhelp\b/.test(text)));
    expect([others.length > 10, silent]).toEqual([true, []]);
  });
});
