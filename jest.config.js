// One runner for every kind of test: *.spec.ts needs no network, *.int.spec.ts and *.e2e.spec.ts talk to a real PostgreSQL, Redis and NATS;
// *.slow.spec.ts need much CPU time and run in `npm run test:slow`; *.faults.spec.ts break things for minutes and run in `npm run test:faults`;
// *.observe.spec.ts ask a real Prometheus and run in `npm run test:observe`; *.browser.spec.ts drive a Chromium and run in `npm run test:browser`.
const suite = process.env.RAFAGA_TEST_SUITE; // 'slow', 'faults', 'observe', 'browser' or unset
const swc = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2024',
    keepClassNames: true,
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};

export default {
  testEnvironment: '<rootDir>/tools/test/cpu-environment.mjs',
  testMatch: [`<rootDir>/{apps,libs,tools,bench,kong,grafana,deploy}/**/*${suite ? `.${suite}` : ''}.spec.ts`],
  testPathIgnorePatterns: ['/node_modules/', ...(suite ? [] : ['\\.(slow|faults|observe|browser)\\.spec\\.ts$'])],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.rafaga'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swc, swcrc: false }] },
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  // @willsoto/nestjs-prometheus and @nestjs/throttler are CommonJS and require() the ESM packages of Nest 12: those must be loaded first.
  setupFiles: ['<rootDir>/libs/testing/src/load-nest-first.js'],
  testTimeout: 60_000,
  // What a spec file loaded is never freed in its worker; late in a run, collecting garbage would cost more than the specs. A new worker costs 0.7 s.
  workerIdleMemoryLimit: '512MB',
};
