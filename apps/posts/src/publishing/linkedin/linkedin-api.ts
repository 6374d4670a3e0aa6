/** Calls of LinkedIn's REST API with the headers that each of them needs. */
import type { Access, OutgoingFile, Refusal } from '../publisher.ts';
import { type Answer, call, type HttpClient } from '../publisher-http.ts';

export interface LinkedInSettings {
  /** Of `/rest` and `/v2`, without a slash at its end. */
  readonly apiUrl: string;
  /** Of `/oauth`. */
  readonly authUrl: string;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  /** `YYYYMM`. */
  readonly version: string;
  /** Where the provider sends browsers back to; undefined while the API has no public address. */
  readonly callbackUrl: string | undefined;
}

export interface RestCall {
  readonly path: string;
  readonly method?: 'GET' | 'POST';
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export class LinkedInApi {
  readonly #http: HttpClient;
  readonly settings: LinkedInSettings;

  constructor(http: HttpClient, settings: LinkedInSettings) {
    this.#http = http;
    this.settings = settings;
  }

  /** A call of `/rest` or `/v2`. URNs in its path must be percent-encoded. */
  rest({ secret }: Pick<Access, 'secret'>, { path, method = 'GET', body, headers, signal }: RestCall): Promise<Answer | Refusal> {
    const json = body && JSON.stringify(body);
    return call(this.#http, {
      url: `${this.settings.apiUrl}${path}`,
      method,
      headers: {
        authorization: `Bearer ${secret}`,
        'linkedin-version': this.settings.version,
        'x-restli-protocol-version': '2.0.0',
        ...(json ? { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(json)) } : {}),
        ...headers,
      },
      ...(json ? { body: json } : {}),
      signal,
    });
  }

  /** The token endpoint: a form with the credentials of the application. */
  token(fields: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer | Refusal> {
    const { authUrl, clientId = '', clientSecret = '' } = this.settings;
    const form = new URLSearchParams({ ...fields, client_id: clientId, client_secret: clientSecret }).toString();
    return call(this.#http, {
      url: `${authUrl}/oauth/v2/accessToken`,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(Buffer.byteLength(form)) },
      body: form,
      signal,
    });
  }

  /** Sends the bytes of a file to an address that LinkedIn has given out. */
  upload(
    url: string,
    { secret }: Pick<Access, 'secret'>,
    { contentType, sizeBytes, open }: OutgoingFile,
    signal: AbortSignal,
  ): Promise<Answer | Refusal> {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': contentType, 'content-length': String(sizeBytes) };
    return call(this.#http, { url, method: 'PUT', headers, body: open, signal, totalMs: 60_000 });
  }
}
