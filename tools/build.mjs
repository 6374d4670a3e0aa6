import { useInstalledNode } from './bootstrap/pinned-node.mjs';

await useInstalledNode();
const { ensureBuilt } = await import('./setup/build.ts');
await ensureBuilt();
