import { setOff } from './bootstrap/pinned-node.mjs';

await setOff();
const { ensureBuilt } = await import('./setup/build.ts');
await ensureBuilt();
