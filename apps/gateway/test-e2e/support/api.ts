/** A minimal API client: fetch, an access token and multipart forms. */
import { randomUUID } from 'node:crypto';
import { grantOperator } from '../../testing/grant-operator.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads any body; its expectations check it
  readonly body: any;
}

export interface UploadOptions {
  readonly name?: string;
  readonly wait?: number;
  readonly strict?: boolean;
  readonly field?: string;
  readonly headers?: Record<string, string>;
}

export class Api {
  readonly url: string;
  readonly token: string | undefined;

  constructor(url: string, token?: string) {
    this.url = url;
    this.token = token;
  }

  /** Registers a new account and logs in. */
  static async register(url: string, email = `${randomUUID()}@example.org`): Promise<Api> {
    const password = 'correct horse battery';
    const registered = await new Api(url).post('/v1/auth/register', { email, password });
    if (registered.status >= 300) throw new Error(`cannot register: ${registered.status} ${JSON.stringify(registered.body)}`);
    if (registered.body.accessToken) return new Api(url, registered.body.accessToken);
    const session = await new Api(url).post('/v1/auth/login', { email, password });
    return new Api(url, session.body.accessToken);
  }

  /** Registers a new account, makes it an operator and logs in. */
  static async registerOperator(url: string, databaseUrl: string, email = `${randomUUID()}@example.org`): Promise<Api> {
    await Api.register(url, email);
    await grantOperator(databaseUrl, email);
    const session = await new Api(url).post('/v1/auth/login', { email, password: 'correct horse battery' });
    return new Api(url, session.body.accessToken);
  }

  as(token: string | undefined): Api {
    return new Api(this.url, token);
  }

  /** Returns the raw response, for streams and bytes. */
  raw(path: string, init: RequestInit & { duplex?: 'half' } = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.token && !headers.has('authorization')) headers.set('authorization', `Bearer ${this.token}`);
    return fetch(new URL(path, this.url), { ...init, headers });
  }

  async send(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await this.raw(path, init);
    const text = await response.text();
    const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: isJson && text ? JSON.parse(text) : text };
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send(path, { headers });
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.send(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  }

  delete(path: string): Promise<Answer> {
    return this.send(path, { method: 'DELETE' });
  }

  upload(
    bytes: Uint8Array | Blob,
    { name = 'track.wav', wait, strict, field = 'file', headers = {} }: UploadOptions = {},
  ): Promise<Answer> {
    const form = new FormData();
    form.append(field, bytes instanceof Blob ? bytes : new Blob([bytes as Uint8Array<ArrayBuffer>]), name);
    const query = new URLSearchParams({ ...(wait !== undefined && { wait: String(wait) }), ...(strict && { strict: 'true' }) });
    return this.send(`/v1/tracks?${query}`, { method: 'POST', body: form, headers });
  }

  /** Uploads a file and waits for the analysis, however long a busy machine takes. @returns the track */
  async analyse(bytes: Uint8Array | Blob, options: UploadOptions = {}): Promise<Answer['body']> {
    const answer = await this.upload(bytes, { wait: 60, ...options });
    if (answer.status === 201) return answer.body;
    if (answer.status === 202) await (await this.raw(`${answer.body.links.job}/events`)).text(); // ends with the job
    const track = answer.status === 202 ? await this.get(answer.body.links.self) : answer;
    if (track.body.state !== 'ready') throw new Error(`not analysed: ${track.status} ${JSON.stringify(track.body)}`);
    return track.body;
  }
}
