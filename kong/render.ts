/** `npm run kong:render`: writes kong/kong.yml; with `--check` only checks whether it is up to date, with a file name writes to that file. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkDeclarative } from './check.ts';
import { declarative, type PublicKey } from './declarative.ts';
import { builtGateway, readOpenApi } from './endpoints.ts';
import { kongSettings } from './settings.ts';
import { toYaml } from './yaml-file.ts';

export const committedFile = join(import.meta.dirname, 'kong.yml');

/** Placeholder key: its private half was discarded, and no token has its `kid`. */
export const placeholderKey: PublicKey = { kid: 'nobody', pem: readFileSync(join(import.meta.dirname, 'placeholder.pub.pem'), 'utf8') };

/** @throws RangeError with all findings of {@link checkDeclarative} */
export async function render(environment: Readonly<Record<string, string | undefined>>, openApi?: unknown): Promise<string> {
  const config = declarative(openApi ?? (await readOpenApi()), kongSettings.parse(environment), [placeholderKey]);
  const faults = checkDeclarative(config);
  if (faults.length > 0) throw new RangeError(faults.join('\n'));
  return toYaml(config);
}

async function main([word]: readonly string[]): Promise<void> {
  const text = await render(process.env, await readOpenApi(builtGateway));
  if (word !== '--check') return writeFileSync(word ?? committedFile, text);
  if (text === readFileSync(committedFile, 'utf8')) return;
  process.stderr.write('kong/kong.yml is out of date: run `npm run kong:render` and review the diff.\n');
  process.exitCode = 1;
}

if (import.meta.main) await main(process.argv.slice(2));
