/** Parses the server-sent events of a response. */

export interface ServerEvent {
  readonly id: number;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads any body; its expectations check it
  readonly data: any;
}

/** @param onComment called with every comment line, such as a heartbeat */
export async function* readEvents(response: Response, onComment: (line: string) => void = () => {}): AsyncGenerator<ServerEvent> {
  let text = '';
  for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split('\n');
      for (const line of lines.filter((each) => each.startsWith(':'))) onComment(line);
      const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const data = field('data');
      if (data !== undefined) yield { id: Number(field('id')), event: field('event') ?? 'message', data: JSON.parse(data) };
    }
  }
}

/** Collects events until the stream ends or `isLast` returns true. */
export async function collectEvents(response: Response, isLast: (event: ServerEvent) => boolean = () => false): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  for await (const event of readEvents(response)) {
    events.push(event);
    if (isLast(event)) break;
  }
  return events;
}
