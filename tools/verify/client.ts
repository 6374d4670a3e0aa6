/** HTTP as a client of an installation sees it, and how a check says what is wrong. */
const timeoutMs = 30_000;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: checks look into whatever an installation answers
  readonly json: any;
  readonly bytes: Buffer;
}

export interface Request {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON unless it is bytes or a form. */
  readonly body?: object;
  /** Sends no token. */
  readonly anonymous?: true;
}

export class Client {
  readonly #url: string;
  readonly #token: string;

  /** @param url of the gateway, or of Kong in front of it; a path is kept */
  constructor(url: string, token: string) {
    this.#url = url.replace(/\/+$/, '');
    this.#token = token;
  }

  /** @throws Error without an answer within 30 s */
  async ask(path: string, request: Request = {}): Promise<Answer> {
    const response = await this.open(path, request, AbortSignal.timeout(timeoutMs));
    const bytes = Buffer.from(await response.arrayBuffer());
    const isJson = /json/.test(response.headers.get('content-type') ?? '') && bytes.length > 0;
    return { status: response.status, headers: response.headers, bytes, json: isJson ? JSON.parse(bytes.toString()) : undefined };
  }

  /** The response while its body arrives. */
  open(path: string, { method = 'GET', headers, body, anonymous }: Request, signal: AbortSignal): Promise<Response> {
    const isPlain = body === undefined || body instanceof Uint8Array || body instanceof FormData;
    return fetch(this.#url + path, {
      method,
      signal,
      redirect: 'manual',
      headers: {
        ...(anonymous ? {} : { authorization: `Bearer ${this.#token}` }),
        ...(isPlain ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isPlain ? (body as FormData | Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
    });
  }
}

/** What an installation does otherwise than it should. */
export class Deviation extends Error {
  override readonly name = 'Deviation';
}

/** @throws Deviation */
export function expect(what: string, found: unknown, wanted: unknown): void {
  if (found !== wanted) throw new Deviation(`${what} is ${JSON.stringify(found) ?? 'absent'} instead of ${JSON.stringify(wanted)}`);
}

export const expectStatus = (answer: Answer, wanted: number): void => {
  if (answer.status !== wanted)
    throw new Deviation(`the status is ${answer.status} instead of ${wanted}${answer.json?.detail ? ` (${answer.json.detail})` : ''}`);
};
