/** What people type after `npm run enable --` about models, and what is done for it. */
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ModelStore, type ModelSummary } from '../models/model.store.ts';
import { ModelFault } from '../models/model-fault.ts';
import { type ModelToRegister, type RegistrationDeps, registerModel } from '../models/register-model.ts';

export const usage = `Models of vectors: what finds similar documents.

  npm run enable -- onnx                      installs the ONNX runtime (214 MB) into .rafaga/onnx
  npm run enable -- onnx FOLDER               the same, and registers the sentence model of this folder as NAME@VERSION
  npm run enable -- models                    the models, which one is active, and how many collections each serves
  npm run enable -- activate NAME@VERSION     collections are given vectors of this model when they are searched next; rolls back as well
  npm run enable -- remove NAME@VERSION       removes a model that serves no collection, with its vectors

Options
  --name NAME         of the model; else the name of the folder
  --model-version V   another version for other files; else 1
  --help              this text

The folder has model.onnx (or onnx/model.onnx) and tokenizer.json or vocab.txt with word pieces, as sentence-transformers lays it out. The database and the blob store
are DATABASE_URL and BLOB_STORE_URL, else those of the running \`npm start\`. In a container:
  docker compose exec posts node dist/apps/posts/src/documents/cli/models.js models

Exit codes: 0 done, 1 refused, 2 not understood.
`;

export type ModelCommand =
  | { readonly name: 'models' }
  | ({ readonly name: 'register' } & { readonly model: ModelToRegister })
  | { readonly name: 'activate' | 'remove'; readonly id: string };

const names = new Set(['onnx', 'models', 'activate', 'remove']);
const options = { name: { type: 'string' }, 'model-version': { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;

/** @throws RangeError, or TypeError for an unknown option, with one sentence */
export function readCommand(args: readonly string[]): ModelCommand | 'help' {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [name, subject, ...rest] = positionals;
  if (values.help || name === undefined || name === 'help') return 'help';
  if (!names.has(name)) throw new RangeError(`There is no command ${name}.`);
  if (rest.length > 0) throw new RangeError(`${name} takes one argument at most.`);
  if (name !== 'onnx' && (values.name !== undefined || values['model-version'] !== undefined))
    throw new RangeError(`${name} takes no options.`);
  if (name === 'models') return { name };
  if (subject === undefined) throw new RangeError(name === 'onnx' ? 'Which folder?' : `${name} takes the NAME@VERSION of a model.`);
  if (name === 'onnx') return { name: 'register', model: modelOf(subject, values) };
  return { name: name === 'remove' ? name : 'activate', id: subject };
}

function modelOf(path: string, { name, 'model-version': version = '1' }: { name?: string; 'model-version'?: string }): ModelToRegister {
  const folder = resolve(process.env.INIT_CWD ?? '.', path);
  return {
    folder,
    name:
      name ??
      basename(folder)
        .toLowerCase()
        .replace(/[^a-z0-9._-]+/g, '-'),
    version,
  };
}

/** @returns what was done, in sentences @throws ModelFault with one sentence */
export async function perform(command: ModelCommand, deps: RegistrationDeps): Promise<string> {
  const models = new ModelStore(deps.database);
  if (command.name === 'models') return (await models.list()).map(lineOf).join('');
  if (command.name === 'register') return registered(await registerModel(deps, command.model));
  try {
    if (command.name === 'remove') await models.remove(command.id);
    else if (!(await deps.database.transaction((tx) => ModelStore.activate(tx, command.id)))) return `${command.id} is active already.\n`;
  } catch (error) {
    throw error instanceof RangeError ? new ModelFault(error.message) : error;
  }
  return command.name === 'remove' ? `${command.id} is removed.\n` : activated(command.id);
}

const activated = (id: string) =>
  `${id} is active. A collection is given its vectors when it is searched next, and is searched with those it has until then.\n`;

function registered({ model, isNew }: Awaited<ReturnType<typeof registerModel>>): string {
  const what = `${model.id} (${model.dimension} numbers, ${model.sha256.slice(0, 12)})`;
  return isNew ? `${what} is registered. To use it: npm run enable -- activate ${model.id}\n` : `${what} is registered already.\n`;
}

const lineOf = ({ id, dimension, sha256, isActive, collections }: ModelSummary): string =>
  `${isActive ? '*' : ' '} ${id.padEnd(32)} ${String(dimension).padStart(5)} numbers  ${sha256?.slice(0, 12) ?? 'built in    '}  ${collections} collections\n`;
