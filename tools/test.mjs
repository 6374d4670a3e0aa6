import { useInstalledNode } from './bootstrap/pinned-node.mjs';

const help = `npm test                      every check and every test, on servers of its own
npm test -- PATTERN           the specs whose path matches, without the checks; servers are started only for those that need them
npm test -- --changed         the specs that import what this branch changed since main, committed or not
npm test -- --all PATTERN     the checks too (lint and format, types, import directions)
npm test -- --no-checks       every test, without the checks
npm test -- --slow            the tests that need much CPU time (npm run test:slow)
npm test -- --faults          the tests that break things for minutes (npm run test:faults)
npm test -- --observe         every panel and alert against a real Prometheus (npm run test:observe)
npm test -- --browser         players and uploads in a real Chromium, from another origin (npm run test:browser)
npm test -- PATTERN -t NAME   options of Jest are passed on

*.spec.ts need no network; *.int.spec.ts and *.e2e.spec.ts use a real PostgreSQL, Redis and NATS, started for the run unless
DATABASE_URL, REDIS_URL or NATS_URL is set. The CPU time of the specs is printed at the end, against a budget for each folder.`;

if (process.argv.includes('--help') || process.argv.includes('-h')) {
  console.log(help);
} else {
  await useInstalledNode();
  const { main } = await import('./test/main.ts');
  process.exitCode = await main(process.argv.slice(2));
}
