export {
  freePort,
  type OwnServer,
  type RunningService,
  type ServiceEnvironment,
  type ServiceName,
  type Stack,
  startNats,
  startPostgres,
  startRedis,
  startService,
  startStack,
  type TestDatabase,
  testDatabase,
  testFfmpeg,
  testNatsUrl,
  testRedisUrl,
  until,
} from './infrastructure/servers.ts';
export { type Random, seededRandom } from './synth/random.ts';
export { encodeWav, type WavFormat, writeWav } from './synth/wav.ts';
