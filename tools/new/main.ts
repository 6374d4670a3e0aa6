/** `npm run new -- video bookmark`: writes a noun with its contract, routes, storage, job and test, and wires it in. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as contracts from '#contracts';
import { print } from '../bootstrap/console.mjs';
import { root } from '../setup/paths.ts';
import { editsOf } from './edits.ts';
import { filesOf } from './files.ts';
import { type Names, namesOf, services } from './names.ts';

const help = `npm run new -- SERVICE NOUN

Writes the nine files of a noun that works: POST (202 with a job), GET, list, PATCH and DELETE under /v1/<nouns>, its contract, table, job and test;
adds it to the contracts, the failures and their pages, the routes and the module of the service.

  SERVICE   ${services.join(', ')}
  NOUN      singular, lower case, words joined by hyphens: bookmark, score-run

Example: npm run new -- video bookmark. What to do next stands in CONTRIBUTING.md, "Adding a noun".`;

/** @throws RangeError naming what is there already */
function refuseExisting(names: Names, files: Iterable<string>): void {
  const { noun, nouns, camel, camels, Pascal, Pascals } = names;
  const there = [...files].find((file) => existsSync(join(root, file)));
  if (there) throw new RangeError(`${there} is there already: remove it or use another noun.`);
  const exported = [
    camel,
    camels,
    Pascal,
    `create${Pascal}`,
    `get${Pascal}`,
    `list${Pascals}`,
    `update${Pascal}`,
    `delete${Pascal}`,
    `create${Pascal}Job`,
  ];
  const taken = exported.find((name) => name in contracts);
  if (taken) throw new RangeError(`libs/contracts exports ${taken} already: ${noun} would need that name.`);
  const gateway = join(root, 'apps/gateway/src');
  const route = readdirSync(gateway, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.endpoints.ts'))
    .find((file) => readFileSync(join(gateway, file), 'utf8').includes(`'/v1/${nouns}'`));
  if (route) throw new RangeError(`apps/gateway/src/${route} serves /v1/${nouns} already: use another noun.`);
}

function write(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

function format(files: readonly string[]): void {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  execFileSync(process.execPath, [biome, 'check', '--write', ...files.filter((file) => file.endsWith('.ts'))], {
    cwd: root,
    stdio: 'pipe',
  });
}

function generate(names: Names): void {
  const files = filesOf(names, Date.now());
  refuseExisting(names, files.keys());
  const edited = [...editsOf(names)].map(([file, edit]) => [file, edit(readFileSync(join(root, file), 'utf8'))] as const);
  for (const [file, text] of [...files, ...edited]) write(file, text);
  format([...files.keys(), ...edited.map(([file]) => file)]);
  for (const file of files.keys()) print(`new       ${file}`);
  for (const [file] of edited) print(`changed   ${file}`);
  print(`\nNext: npm run deploy:render; npm run snapshots; npm test -- --all apps/${names.service}/src/${names.nouns}`);
}

const [service = '', noun = '', ...rest] = process.argv.slice(2);
if ([service, noun].some((word) => word === '--help' || word === '-h')) print(help);
else {
  try {
    if (rest.length > 0) throw new RangeError(`Too many arguments: ${rest.join(' ')}. Write npm run new -- SERVICE NOUN.`);
    generate(namesOf(service, noun));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    print(error.message);
    process.exitCode = 1;
  }
}
