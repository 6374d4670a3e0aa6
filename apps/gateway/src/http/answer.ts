/** An answer holds what its schema names and nothing else. */
import { StreamableFile } from '@nestjs/common';
import { Failure, parseWith } from '#contracts';
import { type Endpoint, responseSchema } from './endpoint.ts';

/** @returns reads what the handler gave for a status; it throws Failure internal when that does not fit the schema declared for the status */
export function answerReader(endpoint: Endpoint): (status: number, body: unknown) => unknown {
  const schemas = new Map(Object.keys(endpoint.responses).map((status) => [Number(status), responseSchema(endpoint, Number(status))]));
  return (status, body) => {
    const schema = schemas.get(status);
    if (!schema || body instanceof StreamableFile) return body;
    const parsed = parseWith(schema, body);
    if (parsed.success) return parsed.data;
    throw new Failure('internal', 'Something broke on our side; it has been logged under this trace id.', { cause: parsed.error });
  };
}
