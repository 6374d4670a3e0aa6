/** Clients that read without a pause, and what they were answered. */

export interface ReadingLoad {
  readonly url: string;
  /** Requested in turn. */
  readonly paths: readonly string[];
  readonly token: string;
  readonly clients: number;
  /** Of all clients together. */
  readonly requests: number;
}

export interface ReadingFigures {
  /** By status; 0 for a broken connection. */
  readonly answers: ReadonlyMap<number, number>;
  /** Share of the answers that were no 200, in [0, 1]. */
  readonly failedRatio: number;
}

/** @param onAnswer is told how many answers there are so far */
export async function readFrom(load: ReadingLoad, onAnswer: (answered: number) => void = () => undefined): Promise<ReadingFigures> {
  const answers = new Map<number, number>();
  let [sent, answered] = [0, 0];
  const client = async () => {
    while (sent < load.requests) {
      const status = await read(load.url + load.paths[sent++ % load.paths.length]!, load.token);
      answers.set(status, (answers.get(status) ?? 0) + 1);
      onAnswer(++answered);
    }
  };
  await Promise.all(Array.from({ length: load.clients }, client));
  return { answers, failedRatio: 1 - (answers.get(200) ?? 0) / answered };
}

async function read(url: string, token: string): Promise<number> {
  try {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 0;
  }
}
