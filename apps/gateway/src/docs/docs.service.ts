import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { EndpointRegistry } from '../http/endpoint-registry.ts';
import { htmlHeaders } from '../http/html.ts';
import { HTTP_CONFIG, type HttpConfig } from '../http/http.config.ts';
import { asyncApiDocument } from './asyncapi.ts';
import { apiVersion, openApiDocument } from './openapi.ts';
import { problemHtml } from './problem-html.ts';
import { readProblemPages } from './problem-pages.ts';
import { startPage } from './start-page.ts';

/** JSON if the client accepts it explicitly, else HTML. */
const wantsJson = (accept: string | undefined) => !!accept && /\bapplication\/(\w+\+)?json\b/.test(accept) && !accept.includes('text/html');

@Injectable() // builds the documentation
export class Docs {
  private readonly pages = readProblemPages();
  private document: string | undefined;
  private messages: string | undefined;

  constructor(
    private readonly endpoints: EndpointRegistry,
    @Inject(HTTP_CONFIG) private readonly config: HttpConfig,
  ) {}

  start(accept: string | undefined): { headers: Record<string, string>; body: unknown } {
    if (accept?.includes('text/html')) {
      const console = this.endpoints.methodsAt('/console').includes('GET') ? { console: '/console' } : {};
      return { headers: htmlHeaders, body: startPage({ version: apiVersion, ...console }) };
    }
    const links = { docs: '/docs', openapi: '/openapi.json', asyncapi: '/asyncapi.json', jwks: '/.well-known/jwks.json' };
    return { headers: { vary: 'accept' }, body: { name: 'Ráfaga', version: apiVersion, ...links } };
  }

  /** Built at the first request, when all controllers are discovered. */
  openApi(): string {
    this.document ??= JSON.stringify(openApiDocument(this.endpoints.all(), this.config.GATEWAY_PUBLIC_URL));
    return this.document;
  }

  asyncApi(): string {
    this.messages ??= JSON.stringify(asyncApiDocument(this.config.GATEWAY_PUBLIC_URL));
    return this.messages;
  }

  /** @throws Failure not-found for a code that is not in the catalogue */
  problem(code: string, accept: string | undefined): { headers: Record<string, string>; body: unknown } {
    const page = this.pages.get(code);
    if (!page) throw new Failure('not-found', 'Unknown problem code.');
    return wantsJson(accept) ? { headers: { vary: 'accept' }, body: page } : { headers: htmlHeaders, body: problemHtml(page) };
  }
}
