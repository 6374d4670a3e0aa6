/**
 * Which folder may import which: libs never import apps, a library imports only those of a lower rank, apps import any library and never each
 * other; testing is for specs, benches and tools.
 * `tools/test/import-directions.spec.ts` plants one fault of every kind and sees it found.
 */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const specs = '\\.(spec|bench)\\.ts$|/test-(e2e|faults|attacks)/';
const framework = '^(@nestjs/|typeorm$|@willsoto/|passport)|node_modules/(@nestjs|typeorm|@willsoto|passport[^/]*)/';
/** Files that may know the framework are named for the part they play; every other file is domain: pure, and runs as it stands. */
const frameworkRoles =
  '\\.(module|controller|handler|service|store|job|worker|guard|filter|interceptor|decorator|strategy|pipe|metrics|entity|migrations?)\\.ts$|/(main|config|index)\\.ts$';

/** The ranks of the libraries, contracts < compute, storage < cache, media < platform: what each may import. media reads files, never a database. */
const mayImport = {
  contracts: [],
  program: [],
  compute: ['contracts'],
  storage: ['contracts'],
  cache: ['contracts', 'compute', 'storage'],
  media: ['contracts', 'compute'],
  platform: ['contracts', 'compute', 'storage', 'cache', 'media'],
};

module.exports = {
  forbidden: [
    forbid('no-cycle', 'Two files that need each other are one file, or three.', {}, { circular: true }),
    {
      name: 'gateway-folders-one-way',
      comment: 'Features of the gateway depend on each other in one direction; http depends on no feature.',
      severity: 'error',
      scope: 'folder',
      from: { path: '^apps/gateway/src/' },
      to: { path: '^apps/gateway/src/', circular: true },
    },
    forbid(
      'gateway-features-know-no-root',
      'The root of the gateway (config.ts, gateway.module.ts, routes.ts) composes the features; a feature injects its own configuration slice.',
      { path: '^apps/gateway/src/[^/]+/' },
      { path: '^apps/gateway/src/[^/]+$' },
    ),
    forbid('unresolved', 'An import that leads nowhere.', {}, { couldNotResolve: true }),
    forbid('libs-never-apps', 'A library does not know who uses it.', { path: '^libs/' }, { path: '^apps/' }),
    forbid(
      'apps-never-each-other',
      'Apps talk over the bus, by contract.',
      { path: '^apps/([^/]+)/' },
      { path: '^apps/', pathNot: '^apps/$1/' },
    ),
    ...Object.entries(mayImport).map(([library, allowed]) => {
      const others = `libs/(?!(?:${[library, ...allowed, 'testing'].join('|')})/)`; // testing has a rule of its own
      const comment = `${library} imports ${allowed.join(', ') || 'zod'} only.`;
      return forbid(`rank-of-${library}`, comment, { path: `^libs/${library}/`, pathNot: specs }, { path: `^${others}` });
    }),
    forbid(
      'testing-for-tests',
      'Fakes and suites stay out of what ships.',
      { path: '^(apps|libs)/', pathNot: `${specs}|^libs/testing/|/testing/` },
      { path: '^(libs|apps/[^/]+)/testing/' },
    ),
    forbid(
      'nobody-imports-tools',
      'Tools use the house, the house does not use them.',
      { path: '^(apps|libs|bench)/' },
      { path: '^tools/' },
    ),
    forbid(
      'through-the-front-door',
      'From outside a library is its index.ts (also what starts without the rest: plain.ts of contracts, tools.ts of compute, infrastructure/servers.ts of testing).',
      { path: '^libs/([^/]+)/' },
      {
        path: '^libs/',
        pathNot:
          '^libs/$1/|^libs/[^/]+/src/(connections/)?index\\.ts$|^libs/(contracts/src/plain|compute/src/tools|testing/src/infrastructure/servers)\\.ts$',
      },
    ),
    forbid(
      'through-the-front-door-from-outside',
      'From outside a library is its index.ts (for testing also what runs outside Jest: servers.ts and the synthesiser). A bench may measure what lies inside.',
      { path: '^(apps|tools)/' },
      {
        path: '^libs/',
        pathNot:
          '^libs/[^/]+/src/(connections/)?index\\.ts$|^libs/testing/src/(infrastructure/servers\\.ts$|synth/)|^libs/(contracts/src/(service-names|plain)|compute/src/tools)\\.ts$',
      },
    ),
    forbid(
      'domain-knows-no-framework',
      'A domain file is plain TypeScript: no NestJS, no TypeORM.',
      { path: '^(apps/(?!gateway/)[^/]+|libs/(contracts|compute|cache|media))/', pathNot: `${frameworkRoles}|${specs}` },
      { path: framework },
    ),
    forbid('specs-stay-specs', "A spec is nobody's library.", { pathNot: specs }, { path: '\\.spec\\.ts$' }),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { conditionNames: ['source', 'import', 'node', 'default'], exportsFields: ['exports'] },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.rafaga)/|^tools/browser/page\\.js$' },
  },
};
