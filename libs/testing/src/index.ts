export { type ReceivedRequest, type Receiver, startReceiver } from './infrastructure/receiver.ts';
export {
  freePort,
  freeze,
  type ManagedPrometheus,
  type ManagedServer,
  type RedisCluster,
  type RunningService,
  type ServiceEnvironment,
  type Stack,
  startNats,
  startPostgres,
  startPrometheus,
  startRedis,
  startRedisCluster,
  startService,
  startStack,
  type TestDatabase,
  testDatabase,
  testFfmpeg,
  testNatsUrl,
  testRedisUrl,
  until,
} from './infrastructure/servers.ts';
export { type LlmCall, type LlmFault, LlmServer } from './llm-server.ts';
export {
  apev2Tag,
  id3v1Tag,
  id3v2Tag,
  type MediaCorpus,
  makeMediaCorpus,
  makeSoundFiles,
  mediaTools,
  movieReferring,
  mp4Box,
  oggPage,
  type SoundName,
  soundNames,
} from './media/media-corpus.ts';
export { frameText, id3Frame, id3Tag, unsynchronised, wavWithInfo } from './media/tagged-files.ts';
export { makeVideoCorpus, turnMovie, type VideoCorpus, type VideoName } from './media/video-corpus.ts';
export { Blocker } from './postgres/blocker.ts';
export { fillTables } from './postgres/fill-tables.ts';
export { queryPlans } from './postgres/query-plans.ts';
export { type S3Server, startS3 } from './s3/s3-server.ts';
export { type BlobFixture, blobStoreSuite } from './suites/blob-store.suite.ts';
export { type CadenceOptions, cadence } from './synth/cadence.ts';
export { addDrums, type DrumTrackOptions } from './synth/drum-track.ts';
export { type DrumKit, type DrumName, drumKit } from './synth/drums.ts';
export { beatTimes, type Grid, timeOfBeat } from './synth/grid.ts';
export { type Groove, type GrooveName, grooves } from './synth/grooves.ts';
export { addArpeggio, addBass, addChords, type Degree, type HarmonyOptions, type Mode, triad } from './synth/harmony.ts';
export { Mix } from './synth/mix.ts';
export { pinkNoise, speechLikeNoise, whiteNoise } from './synth/noise.ts';
export { note, noteHz, type Timbre } from './synth/notes.ts';
export { type Random, seededRandom } from './synth/random.ts';
export { type SectionName, type Song, type SongOptions, song } from './synth/song.ts';
export { encodeWav, type WavFormat, writeWav } from './synth/wav.ts';
