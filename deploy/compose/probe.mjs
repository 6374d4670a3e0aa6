// The health check of a container: is this service ready? A copy that is not gets no traffic; nothing is restarted for it.
import { env, exit } from 'node:process';

env.NO_PROXY = env.no_proxy = '127.0.0.1'; // also where NODE_USE_ENV_PROXY sends requests through a proxy
const port = env.HTTP_PORT ?? '3000';
try {
  const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(2_500) });
  exit(answer.ok ? 0 : 1);
} catch {
  exit(1);
}
