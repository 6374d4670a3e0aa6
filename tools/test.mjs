import { setOff } from './bootstrap/pinned-node.mjs';

await setOff();
const { main } = await import('./test/main.ts');
process.exitCode = await main(process.argv.slice(2));
