/** `npm run enable -- onnx [FOLDER] | models | activate MODEL | remove MODEL`: installs what is optional, then runs the built command line of the posts service. */
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { print } from '../bootstrap/console.mjs';
import { runningDatabase } from '../operator/main.ts';
import { dataFolder, root } from '../setup/paths.ts';
import { ensureRuntime } from './onnx-runtime.ts';

const program = join(root, 'dist/apps/posts/src/documents/cli/models.js');

async function main([name, ...rest]: readonly string[]): Promise<void> {
  process.env.POSTS_ONNX_FOLDER ??= join(dataFolder, 'onnx');
  const asksForHelp = rest.some((word) => word === '--help' || word === '-h');
  if (name === 'onnx' && !asksForHelp) {
    await ensureRuntime(resolve(process.env.POSTS_ONNX_FOLDER));
    if (rest.length === 0) {
      process.stdout.write('The ONNX runtime is installed. To register a model: npm run enable -- onnx FOLDER\n');
      return;
    }
  }
  const { DATABASE_URL, DATABASE_URL_FILE } = process.env;
  const running = DATABASE_URL || DATABASE_URL_FILE ? undefined : runningDatabase(join(dataFolder, 'run.json'));
  if (running) {
    process.env.DATABASE_URL = running;
    process.env.BLOB_STORE_URL ??= `file://${join(dataFolder, 'blobs')}`;
  }
  await import(pathToFileURL(program).href);
}

if (import.meta.main)
  await main(process.argv.slice(2)).catch((error: unknown) => {
    print(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
