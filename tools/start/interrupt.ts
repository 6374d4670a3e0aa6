/** A tap of the keys reaches us twice, from the terminal and from npm: two within this time are one. */
const sameTapMs = 400;

/**
 * Waits for the wish to stop: Ctrl-C, SIGTERM, a closed terminal, or the death of the npm that runs us.
 *
 * @param onSecond somebody insists
 */
export function interruption(onSecond: () => void): Promise<string> {
  let last = 0;
  let asked = false;
  return new Promise((resolve) => {
    const hear = (why: string) => {
      const again = Date.now() - last > sameTapMs;
      last = Date.now();
      if (asked && again) onSecond();
      asked = true;
      resolve(why);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => hear(signal));
    if (process.env.npm_lifecycle_event) watchParent(() => resolve('npm is gone'));
  });
}

function watchParent(gone: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    gone();
  }, 1_000);
  timer.unref();
}
