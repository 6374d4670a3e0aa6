/** An endpoint on the loopback address that speaks the protocol of chat completions, streamed and not, and fails in the ways that such endpoints do. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export interface LlmCall {
  readonly authorization: string | undefined;
  readonly model: string;
  readonly stream: boolean;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

/** `half`: the connection breaks in the middle; `unfinished`: the stream ends without a reason; `cut`: at the limit of tokens. */
export type LlmFault = 401 | 404 | 429 | 500 | 'html' | 'half' | 'unfinished' | 'cut' | 'empty' | 'huge' | 'silent' | 'redirect' | 'lost';

export class LlmServer {
  readonly calls: LlmCall[] = [];
  /** What the model answers, from the data that it was given. */
  answer: (data: { readonly text: string; readonly instruction?: string }) => string = ({ text }) => `Rewritten: ${text}`;
  nextFault: LlmFault | undefined;
  /** A stream stops after so many pieces until it is told to go on. */
  pauseAfter: number | undefined;
  /** Requests whose client went away before the end. */
  aborted = 0;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #goOn = Promise.withResolvers<void>();

  static async start(): Promise<LlmServer> {
    const server = new LlmServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/v1`;
  }

  goOn(): void {
    this.#goOn.resolve();
    this.#goOn = Promise.withResolvers<void>();
  }

  async stop(): Promise<void> {
    this.goOn();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.once('close', () => {
      if (!response.writableFinished) this.aborted++;
    });
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') return void response.writeHead(404).end();
    const { model, stream = false, messages } = (await json(request)) as LlmCall;
    this.calls.push({ authorization: request.headers.authorization, model, stream, messages });
    const fault = this.nextFault;
    this.nextFault = undefined;
    if (this.#failed(fault, response)) return;
    const text = fault === 'empty' ? '' : fault === 'huge' ? 'x'.repeat(30_000) : this.answer(JSON.parse(messages.at(-1)!.content));
    const base = { id: 'chatcmpl-1', created: 1, model };
    const finish = fault === 'cut' ? 'length' : 'stop';
    if (stream) return this.#stream(text, finish, fault, base, response);
    const body = JSON.stringify({
      ...{ ...base, object: 'chat.completion', usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } },
      choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: fault === 'unfinished' ? null : finish }],
    });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) });
    if (fault === 'half') response.write(body.slice(0, 40), () => response.destroy());
    else response.end(body);
  }

  #failed(fault: LlmFault | undefined, response: ServerResponse): boolean {
    if (fault === 'silent') return true;
    if (fault === 'lost') response.destroy();
    else if (fault === 'redirect') response.writeHead(307, { location: 'http://127.0.0.1:1/v1/chat/completions' }).end();
    else if (fault === 'html') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome to the captive portal</html>');
    else if (typeof fault === 'number')
      response
        .writeHead(fault, { 'content-type': 'application/json', ...(fault === 429 ? { 'retry-after': '7' } : {}) })
        .end(JSON.stringify({ error: { message: 'no: sk-secret', type: 'x', code: 'y' } }));
    else return false;
    return true;
  }

  async #stream(text: string, finish: string, fault: LlmFault | undefined, base: object, response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (delta: object, finishReason: string | null = null) => {
      const chunk = { ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finishReason }] };
      response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    };
    send({ role: 'assistant', content: '' });
    for (const [at, piece] of (text.match(/.{1,4}/gs) ?? []).entries()) {
      if (fault === 'half' && at === 2) return void response.destroy();
      if (at === this.pauseAfter) await this.#goOn.promise;
      send({ content: piece });
    }
    if (fault !== 'unfinished') send({}, finish);
    response.end(fault === 'unfinished' ? '' : 'data: [DONE]\n\n');
  }
}
