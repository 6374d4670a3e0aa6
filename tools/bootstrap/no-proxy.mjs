const loopback = ['127.0.0.1', 'localhost', '::1'];

/**
 * With NODE_USE_ENV_PROXY, Node sends requests to loopback addresses through HTTP_PROXY unless NO_PROXY lists them. Adds them; child processes inherit it.
 *
 * @param environment modified in place
 */
export function exceptLoopbackFromProxy(environment = process.env) {
  for (const name of ['NO_PROXY', 'no_proxy']) {
    const hosts = (environment[name] ?? environment.NO_PROXY ?? environment.no_proxy ?? '').split(',').map((host) => host.trim());
    environment[name] = [...new Set([...hosts, ...loopback])].filter(Boolean).join(',');
  }
}
