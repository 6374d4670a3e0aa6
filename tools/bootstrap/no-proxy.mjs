const loopback = ['127.0.0.1', 'localhost', '::1'];

/**
 * Node with NODE_USE_ENV_PROXY sends requests through HTTP_PROXY, those to this machine too unless NO_PROXY names it. What we start inherits this.
 *
 * @param environment is changed
 */
export function exceptLoopbackFromProxy(environment = process.env) {
  for (const name of ['NO_PROXY', 'no_proxy']) {
    const hosts = (environment[name] ?? environment.NO_PROXY ?? environment.no_proxy ?? '').split(',').map((host) => host.trim());
    environment[name] = [...new Set([...hosts, ...loopback])].filter(Boolean).join(',');
  }
}
