/**
 * Starts and stops real servers, for specs and for the tools behind `npm start` and `npm test`. The tools import this file (`#testing/servers`) and
 * not `#testing`, whose suites need the framework and a build.
 */
export { findTool, requireTool } from './find-tool.ts';
export { freeze } from './freeze.ts';
export { startNats } from './nats.ts';
export { canListen, freePort, nextFreePort, requestOverTcp, startOnFreePort } from './port.ts';
export { createDatabase, dropDatabase, startPostgres } from './postgres.ts';
export { identify, isRunning, type ProcessIdentity } from './process-identity.ts';
export { type ManagedPrometheus, type PrometheusSample, startPrometheus } from './prometheus.ts';
export { startRedis } from './redis.ts';
export { type RedisCluster, startRedisCluster } from './redis-cluster.ts';
export { endLeftover, lastLines, type ManagedServer, type ServerDefinition, startServer } from './server.ts';
export { isServiceReady, type RunningService, type ServiceEnvironment, startService } from './service.ts';
export { type TestDatabase, testDatabase, testFfmpeg, testNatsUrl, testRedisUrl } from './shared.ts';
export { type Stack, startStack } from './stack.ts';
export type { ServerOptions } from './temp-dir.ts';
export { until } from './until.ts';
