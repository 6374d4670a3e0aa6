/** `npm run deploy:secrets`: generates the secrets that docker-compose.yml mounts; existing ones are kept. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serviceNames } from '#contracts';

/** Prefixed with a letter: NATS parses a password that begins with a digit as a number. */
const password = () => `p${randomBytes(24).toString('hex')}`;

/** File name to contents, for every secret of the compose file. */
export function makeSecrets(): Record<string, string> {
  const [postgres, cache, limits] = [password(), password(), password()];
  return {
    postgres_password: postgres,
    database_url: `postgres://rafaga:${postgres}@postgres:5432/rafaga`,
    redis_cache_password: cache,
    redis_url: `redis://:${cache}@redis-cache:6379`,
    redis_limits_password: limits,
    limits_redis_url: `redis://:${limits}@redis-limits:6379`,
    gateway_key_secret: randomBytes(32).toString('base64'),
    posts_key_secret: randomBytes(32).toString('base64'),
    grafana_admin_password: password(),
    alert_webhook_url: 'http://127.0.0.1:9/', // nobody: put the address of your pager or chat here
    ...Object.fromEntries(serviceNames.map((name) => [`nats_${name}_password`, password()])),
  };
}

/** The folder is private to the user; the files are world-readable, because containers with other user ids mount them one by one. */
export function writeSecrets(folder: string): 'made' | 'there already' {
  if (existsSync(folder)) return 'there already';
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [name, value] of Object.entries(makeSecrets())) writeFileSync(join(folder, name), value, { mode: 0o444 });
  return 'made';
}

if (import.meta.main) process.stdout.write(`deploy/secrets: ${writeSecrets(join(import.meta.dirname, '../secrets'))}\n`);
