/** Console output of the tools: a line when a step starts, when it takes long, and when it ends. */
let stream = process.stdout;

/** Redirects messages to stderr, for commands whose result goes to stdout. */
export function printToStderr() {
  stream = process.stderr;
}

export function print(text = '') {
  stream.write(`${text}\n`);
}

/**
 * Prints the step, runs it, and prints the outcome.
 *
 * @param topic one word, printed in a column
 * @param work returns the final message; undefined for none
 */
export async function step(topic, text, work) {
  const began = Date.now();
  const seconds = () => `${((Date.now() - began) / 1000).toFixed(1)} s`;
  const line = (words) => print(`${topic.padEnd(9)} ${words}`);
  line(text);
  const reminder = setInterval(() => line(`… still running after ${seconds()}`), 20_000);
  try {
    const outcome = await work();
    if (outcome) line(`${outcome} (${seconds()})`);
  } finally {
    clearInterval(reminder);
  }
}
