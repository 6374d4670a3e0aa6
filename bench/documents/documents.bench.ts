/**
 * `npm run bench -- documents [engine|load|copies|vectors|exports|slow-reader …] [--size N …]`: all six parts with 1,000 and 10,000 documents unless told. All but `engine` and
 * `vectors` start the posts service with servers of its own, from what the last build made.
 */
import { parseArgs } from 'node:util';
import { measureCopies } from './copies.ts';
import { measureEngine } from './engine.ts';
import { measureExports, measureSlowReader } from './exports.ts';
import { measureLoads } from './load.ts';
import { measureVectors } from './vectors.ts';

const parts = {
  engine: measureEngine,
  load: measureLoads,
  copies: () => measureCopies(),
  vectors: () => measureVectors(),
  exports: () => measureExports(),
  'slow-reader': () => measureSlowReader(),
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { size: { type: 'string', multiple: true } } });
const sizes = (values.size ?? ['1000', '10000']).map(Number);
const unknown = positionals.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0 || sizes.some((size) => !(Number.isInteger(size) && size >= 100)))
  throw new RangeError(`The parts are ${Object.keys(parts).join(', ')}; a size is an integer of at least 100.`);
for (const [name, measure] of Object.entries(parts)) if (positionals.length === 0 || positionals.includes(name)) await measure(sizes);
