// node tools/run.mjs FILE [argument …]: runs a TypeScript file of this repository as it stands. Whatever is told goes to standard error.

import { printToStderr } from './bootstrap/console.mjs';
import { useInstalledNode } from './bootstrap/pinned-node.mjs';

printToStderr();
await useInstalledNode();
const { main } = await import('./run/main.ts');
await main(process.argv.slice(2));
