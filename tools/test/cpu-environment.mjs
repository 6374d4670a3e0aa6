import { appendFileSync, readFileSync } from 'node:fs';
import { TestEnvironment } from 'jest-environment-node';

/** Unit of the times in /proc; the same on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** The environment of Node. It also records the CPU time of a spec file, including the processes that the file started and waited for. */
export default class CpuEnvironment extends TestEnvironment {
  #spec;
  #before = cpuSeconds();

  constructor(config, context) {
    super(config, context);
    this.#spec = context.testPath;
  }

  async teardown() {
    await super.teardown();
    const file = process.env.RAFAGA_TEST_CPU;
    if (file) appendFileSync(file, `${JSON.stringify({ spec: this.#spec, seconds: cpuSeconds() - this.#before })}\n`);
  }
}

function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + endedChildrenSeconds();
}

/** Node does not offer this figure; where there is no /proc, the processes of a spec are left out. */
function endedChildrenSeconds() {
  if (process.platform !== 'linux') return 0;
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond; // cutime and cstime
}
