import { join } from 'node:path';
import { tryLock } from '../bootstrap/lock.mjs';
import { say, step } from '../bootstrap/say.mjs';
import { ensureBuilt } from '../setup/build.ts';
import { dataFolder } from '../setup/paths.ts';
import { allPrograms } from '../setup/programs.ts';
import { ensureTools } from '../setup/tools.ts';
import { checkGiven } from './given.ts';
import { House, samplePath } from './house.ts';
import { interruption } from './interrupt.ts';
import { watchSources } from './reload.ts';
import { chosenServices, type ServiceName } from './services.ts';
import { table } from './table.ts';
import { told } from './told.ts';

/** @returns the exit code */
export async function main(words: readonly string[]): Promise<number> {
  try {
    const names = chosenServices(words);
    takePlace();
    return await live(names, words.length > 0);
  } catch (error) {
    say(`\n${told(error)}`);
    return 1;
  }
}

/** Only one of us may use the data folder; whoever comes second touches nothing of the first one's. */
function takePlace(): void {
  const { holder } = tryLock(join(dataFolder, 'start.lock'));
  if (holder)
    throw new Error(`Ráfaga runs here already, as process ${holder}; .rafaga/run.json says where. Stop it with Ctrl-C, or kill ${holder}.`);
}

async function live(names: readonly ServiceName[], reload: boolean): Promise<number> {
  const house = new House(dataFolder);
  const insist = () => {
    say('stop      at once');
    house.kill();
    process.exit(130);
  };
  const interrupted = interruption(insist);
  try {
    const outcome = await Promise.race([goUp(house, names), interrupted]);
    if (outcome === 'up' && reload) reloadOnChange(house, names);
    const why = await interrupted;
    say(`stop      ${why}: finishing what is in flight, then stopping what was started …`);
    return await goDown(house, 0);
  } catch (error) {
    say(`\n${told(error)}`);
    return await goDown(house, 1);
  }
}

async function goUp(house: House, names: readonly ServiceName[]): Promise<'up'> {
  house.files.remove();
  const leftovers = await house.ledger.endLeftovers();
  if (leftovers.length > 0) say(`clean-up  the last start was killed; ended what it had left running: ${leftovers.join(', ')}`);
  await checkGiven(process.env);
  await ensureTools(allPrograms);
  await ensureBuilt();
  await step('servers', 'starting PostgreSQL, Redis and NATS …', () => house.startInfrastructure());
  say('migrate   each service brings its own tables up to date when it starts');
  await step('services', `starting ${names.join(', ')} …`, () => house.startServices(names));
  await house.allRunning();
  if (names.includes('gateway')) await step('demo', 'creating demo user …', () => house.welcomeDemoUser());
  await house.allRunning();
  house.showErrors();
  house.announce();
  say(table(house.state, house.files.tokenPath, samplePath));
  return 'up';
}

async function goDown(house: House, code: number): Promise<number> {
  await house.stop();
  if (code === 0) say('stop      everything that was started has stopped');
  process.exit(code);
}

function reloadOnChange(house: House, names: readonly ServiceName[]): void {
  const restart = async (paths: readonly string[]) => {
    const touched = names.filter((name) => paths.some((path) => path.startsWith('libs/') || path.startsWith(`apps/${name}/`)));
    say(`reload    ${paths.join(', ')}: starting ${touched.join(', ')} again …`);
    for (const name of touched) await house.restart(name).catch((error: Error) => say(`reload    ${error.message}`));
  };
  const failed = (error: Error) =>
    say(`reload    does not compile, still running what did:\n${error.message.split('\n\nCaused by')[0]?.trimEnd()}`);
  watchSources([...names.map((name) => `apps/${name}`), 'libs'], (paths) => void restart(paths), failed);
  say(`reload    watching apps/{${names.join(',')}} and libs for changes`);
}
