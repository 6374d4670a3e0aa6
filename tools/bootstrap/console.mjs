/** Console output of the tools: a line when a step begins, one when it takes long, one when it is done. */
let stream = process.stdout;

/** For commands whose standard output is their result. */
export function printToStderr() {
  stream = process.stderr;
}

export function print(text = '') {
  stream.write(`${text}\n`);
}

/**
 * Prints what is about to be done, does it, and prints the outcome.
 *
 * @param topic one word, lined up in a column
 * @param work returns what to say at the end; nothing when the first line said it all
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
