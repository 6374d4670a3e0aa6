/** One Ctrl-C arrives twice, from the terminal and from npm: signals within this time count as one. */
const sameSignalMs = 400;

/**
 * Waits for a request to stop: Ctrl-C, SIGTERM, a closed terminal, or the end of the npm process that runs this one.
 *
 * @param onSecond called at a second signal
 */
export function interruption(onSecond: () => void): Promise<string> {
  let last = 0;
  let asked = false;
  return new Promise((resolve) => {
    const hear = (why: string) => {
      const again = Date.now() - last > sameSignalMs;
      last = Date.now();
      if (asked && again) onSecond();
      asked = true;
      resolve(why);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => hear(signal));
    if (process.env.npm_lifecycle_event) watchParent(() => resolve('npm has ended'));
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
