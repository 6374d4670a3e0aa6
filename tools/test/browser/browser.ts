/** A headless Chromium of this machine, driven by playwright-core, which only `npm run test:browser` installs. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { requireTool } from '#testing/servers';
import { browserFolder } from './install.ts';

export interface Page {
  /** Calls a function of page.js. Rejects when it does. */
  // biome-ignore lint/suspicious/noExplicitAny: a spec looks into whatever the page gives back
  call(name: string, ...parameters: readonly unknown[]): Promise<any>;
  /** Requests of the page so far whose address contains `text`, as `METHOD status`. */
  requests(text: string): readonly string[];
  /** What the console of the page reported as errors. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

export interface Browser {
  open(address: string): Promise<Page>;
  close(): Promise<void>;
}

interface PlaywrightResponse {
  status(): number;
  url(): string;
  request(): { method(): string };
}
interface PlaywrightPage {
  goto(address: string): Promise<unknown>;
  evaluate(source: string): Promise<unknown>;
  on(event: 'response', listener: (response: PlaywrightResponse) => void): void;
  on(event: 'console', listener: (message: { type(): string; text(): string }) => void): void;
  close(): Promise<void>;
}
interface PlaywrightBrowser {
  newPage(): Promise<PlaywrightPage>;
  close(): Promise<void>;
}
interface Playwright {
  readonly chromium: { launch(options: object): Promise<PlaywrightBrowser> };
}

const args = ['--autoplay-policy=no-user-gesture-required', '--mute-audio', '--disable-gpu', '--disable-dev-shm-usage'];

export async function openBrowser(): Promise<Browser> {
  const { chromium } = createRequire(join(browserFolder, 'package.json'))('playwright-core') as Playwright;
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? requireTool('chromium'),
    args: process.getuid?.() === 0 ? [...args, '--no-sandbox'] : args,
    timeout: 60_000,
  });
  return { open: async (address) => watch(await browser.newPage(), address), close: () => browser.close() };
}

async function watch(page: PlaywrightPage, address: string): Promise<Page> {
  const errors: string[] = [];
  const responses: { readonly url: string; readonly text: string }[] = [];
  page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())));
  page.on('response', (response) => responses.push({ url: response.url(), text: `${response.request().method()} ${response.status()}` }));
  await page.goto(address);
  return {
    call: (name, ...parameters) => page.evaluate(`page[${JSON.stringify(name)}](...${JSON.stringify(parameters)})`),
    requests: (text) => responses.filter(({ url }) => url.includes(text)).map((response) => response.text),
    errors,
    close: () => page.close(),
  };
}
