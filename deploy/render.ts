/** `npm run deploy:render`: writes deploy/nats/users.conf, deploy/k8s and deploy/systemd. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { manifests } from './k8s/manifests.ts';
import { usersConf } from './nats/permissions.ts';
import { units } from './systemd/units.ts';

const here = import.meta.dirname;

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

write(join(here, 'nats/users.conf'), usersConf());
for (const [path, text] of Object.entries(manifests())) write(join(here, 'k8s', path), text);
for (const [path, text] of Object.entries(units())) write(join(here, 'systemd', path), text);
