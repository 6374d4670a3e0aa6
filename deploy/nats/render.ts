/** `npm run deploy:render`: writes deploy/nats/users.conf. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { usersConf } from './permissions.ts';

writeFileSync(join(import.meta.dirname, 'users.conf'), usersConf());
