// node tools/run.mjs FILE [argument …]: runs a TypeScript file of this repository as it stands. Whatever is told goes to standard error.
import { setOff } from './bootstrap/pinned-node.mjs';
import { speakOnStderr } from './bootstrap/say.mjs';

speakOnStderr();
await setOff();
const { main } = await import('./run/main.ts');
await main(process.argv.slice(2));
