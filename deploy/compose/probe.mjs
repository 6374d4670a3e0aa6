// Container health check: asks for readiness. An instance that is not ready receives no traffic; it is not restarted.
import { env, exit } from 'node:process';

env.NO_PROXY = env.no_proxy = '127.0.0.1'; // bypasses the proxy with NODE_USE_ENV_PROXY
const port = env.HTTP_PORT ?? '3000';
try {
  const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(2_500) });
  exit(answer.ok ? 0 : 1);
} catch {
  exit(1);
}
