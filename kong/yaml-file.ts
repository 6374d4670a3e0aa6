/** Serialises and parses the declarative file. */
import { rename, writeFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';

const head = `# Kong 3.9, without a database. Rendered from the gateway's OpenAPI document by \`npm run kong:render\`; a test fails when it is out of date.
# It holds public keys only. The one below belongs to nobody and lets nobody in: kong/keys.ts puts in the gateway's own.
`;

export const toYaml = (config: unknown): string => head + stringify(config, { lineWidth: 0, aliasDuplicateObjects: false });

export const fromYaml = (text: string): unknown => parse(text);

/** Writes to a temporary file and renames it, so that Kong never reads a partial file. */
export async function toFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o644 });
  await rename(`${path}.new`, path);
}
