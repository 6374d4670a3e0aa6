import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const built = (file: string) => join(import.meta.dirname, '../../../../dist/libs/platform/src', file);

/** The packages of OpenTelemetry that a built file loads, without the interface package, which prom-client loads too. */
function packagesOf(file: string): string[] {
  const script = `import { registerHooks } from 'node:module';
    const seen = new Set();
    registerHooks({ load(url, context, next) {
      const name = /@opentelemetry\\/([\\w-]+)/.exec(url)?.[1];
      if (name && name !== 'api') seen.add(name);
      return next(url, context);
    } });
    await import(process.argv[1]);
    process.stdout.write(JSON.stringify([...seen]), () => process.exit(0));`;
  const { NODE_OPTIONS: _vm, ...env } = process.env;
  const args = ['--input-type=module', '-e', script, file];
  return JSON.parse(execFileSync(process.execPath, args, { env, encoding: 'utf8' })) as string[];
}

describe("OpenTelemetry's SDK", () => {
  it('is not loaded by a service without a collector', () => expect(packagesOf(built('index.js'))).toEqual([]));
  it('is loaded by the file that sends spans', () => expect(packagesOf(built('traces/otlp.js'))).toContain('sdk-trace'));
});
