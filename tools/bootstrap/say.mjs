/** One voice for everything the tools tell: a line when a step begins, one when it takes long, one when it is done. */
let stream = process.stdout;

/** For commands whose standard output is their result. */
export function speakOnStderr() {
  stream = process.stderr;
}

export function say(text = '') {
  stream.write(`${text}\n`);
}

/**
 * Tells what is being done, does it, and tells how it went.
 *
 * @param topic one word, lined up in a column
 * @param work returns what to say at the end; nothing when the first line said it all
 */
export async function step(topic, text, work) {
  const began = Date.now();
  const seconds = () => `${((Date.now() - began) / 1000).toFixed(1)} s`;
  const line = (words) => say(`${topic.padEnd(9)} ${words}`);
  line(text);
  const patience = setInterval(() => line(`… still at it after ${seconds()}`), 20_000);
  try {
    const outcome = await work();
    if (outcome) line(`${outcome} (${seconds()})`);
  } finally {
    clearInterval(patience);
  }
}
