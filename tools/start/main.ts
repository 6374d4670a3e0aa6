import { join } from 'node:path';
import type { ServiceName } from '#contracts/services';
import { print, step } from '../bootstrap/console.mjs';
import { tryLock } from '../bootstrap/lock.mjs';
import { ensureBuilt } from '../setup/build.ts';
import { dataFolder } from '../setup/paths.ts';
import { allPrograms } from '../setup/programs.ts';
import { ensureTools } from '../setup/tools.ts';
import { checkExternalServices } from './external-services.ts';
import { interruption } from './interrupt.ts';
import { LocalStack, samplePath } from './local-stack.ts';
import { lackingObservers } from './observers.ts';
import { watchSources } from './reload.ts';
import { chosenServices } from './services.ts';
import { startupError } from './startup-errors.ts';
import { table } from './table.ts';

/** @returns the exit code */
export async function main(words: readonly string[]): Promise<number> {
  try {
    const named = words.filter((word) => word !== '--observe');
    const names = chosenServices(named);
    lockDataFolder();
    return await live(names, { reload: named.length > 0, observe: named.length < words.length });
  } catch (error) {
    print(`\n${startupError(error)}`);
    return 1;
  }
}

/** Allows one start per data folder; a second one ends here without touching anything. */
function lockDataFolder(): void {
  const { holder } = tryLock(join(dataFolder, 'start.lock'));
  if (holder)
    throw new Error(`Ráfaga runs here already, as process ${holder}; .rafaga/run.json says where. Stop it with Ctrl-C, or kill ${holder}.`);
}

async function live(names: readonly ServiceName[], { reload, observe }: { reload: boolean; observe: boolean }): Promise<number> {
  const stack = new LocalStack(dataFolder);
  const insist = () => {
    print('stop      killing all processes');
    stack.kill();
    process.exit(130);
  };
  const interrupted = interruption(insist);
  try {
    const outcome = await Promise.race([startAll(stack, names, observe), interrupted]);
    if (outcome === 'up' && reload) reloadOnChange(stack, names);
    const why = await interrupted;
    print(`stop      ${why}: finishing requests in flight, then stopping all processes …`);
    return await stopAll(stack, 0);
  } catch (error) {
    print(`\n${startupError(error)}`);
    return await stopAll(stack, 1);
  }
}

async function startAll(stack: LocalStack, names: readonly ServiceName[], observe: boolean): Promise<'up'> {
  stack.files.remove();
  const leftovers = await stack.processes.endLeftovers();
  if (leftovers.length > 0) print(`clean-up  the previous start was killed; ended its remaining processes: ${leftovers.join(', ')}`);
  await checkExternalServices(process.env);
  await ensureTools(allPrograms);
  await ensureBuilt();
  await step('servers', 'starting PostgreSQL, Redis and NATS …', () => stack.startInfrastructure());
  print('migrate   each service migrates its own tables when it starts');
  await step('services', `starting ${names.join(', ')} …`, () => stack.startServices(names));
  await stack.allRunning();
  if (names.includes('gateway')) await step('accounts', 'creating demo user and operator …', () => stack.createAccounts());
  if (observe) await startWatching(stack);
  await stack.allRunning();
  stack.showErrors();
  stack.announce();
  print(table(stack.state, stack.files.tokenPath, samplePath));
  return 'up';
}

/** A missing program is no error: the platform runs without it. */
async function startWatching(stack: LocalStack): Promise<void> {
  const lacking = lackingObservers(process.env);
  if (lacking) print(`observe   ${lacking}`);
  await step('observe', 'starting Prometheus and Alertmanager …', () => stack.startObservers());
}

async function stopAll(stack: LocalStack, code: number): Promise<number> {
  await stack.stop();
  if (code === 0) print('stop      all processes have stopped');
  process.exit(code);
}

function reloadOnChange(stack: LocalStack, names: readonly ServiceName[]): void {
  const restart = async (paths: readonly string[]) => {
    const touched = names.filter((name) => paths.some((path) => path.startsWith('libs/') || path.startsWith(`apps/${name}/`)));
    print(`reload    ${paths.join(', ')}: starting ${touched.join(', ')} again …`);
    for (const name of touched) await stack.restart(name).catch((error: Error) => print(`reload    ${error.message}`));
  };
  const failed = (error: Error) =>
    print(`reload    compilation failed, still running the previous version:\n${error.message.split('\n\nCaused by')[0]?.trimEnd()}`);
  watchSources([...names.map((name) => `apps/${name}`), 'libs'], (paths) => void restart(paths), failed);
  print(`reload    watching apps/{${names.join(',')}} and libs for changes`);
}
