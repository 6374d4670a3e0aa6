// node print-metrics.mjs MAIN: starts a built service, prints the metrics that it registers as JSON, and stops it as an operator would.
import { pathToFileURL } from 'node:url';
import { register } from 'prom-client';

await import(pathToFileURL(process.argv[2]).href);
const metrics = register.getMetricsAsArray().map(({ name, type, labelNames = [] }) => ({ name, type, labelNames: [...labelNames] }));
process.stdout.write(JSON.stringify(metrics), () => process.kill(process.pid, 'SIGTERM'));
