/** Parses JSON bodies; one that cannot be parsed is refused with the place where it stops being JSON. */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { Failure } from '#contracts';
import { mergePatch } from './body.ts';

type Done = (error: Error | null, body?: unknown) => void;

export function installJsonParser(app: NestFastifyApplication): void {
  const parse = app.getHttpAdapter().getInstance().getDefaultJsonParser('error', 'error');
  app.useBodyParser(['application/json', mergePatch], {}, (request: FastifyRequest, bytes: Buffer, done: Done) => {
    const text = bytes.toString();
    const end: Done = (error, body) => (error && text !== '' ? done(malformedJson(text)) : done(error, body));
    void parse(request, text, end as NonNullable<Parameters<typeof parse>[2]>);
  });
}

/** What is valid JSON after all holds a name that reaches into an object's prototype. */
export function malformedJson(text: string): Failure {
  try {
    JSON.parse(text);
  } catch (error) {
    return new Failure('request-malformed', `The body is not valid JSON: ${placeOf(error as SyntaxError, text)}.`, { cause: error });
  }
  return new Failure('request-malformed', 'The names __proto__ and constructor.prototype are not accepted in a body.');
}

/** V8 names the position but for a text that ends too early. Its message is not passed on: it quotes the body. */
function placeOf({ message }: SyntaxError, text: string): string {
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position === undefined || Number(position) >= text.length) return 'it ends too early';
  const before = text.slice(0, Number(position)).split(/\r\n|\n|\r/);
  return `unexpected character at line ${before.length}, column ${before.at(-1)!.length + 1}`;
}
