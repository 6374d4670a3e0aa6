#!/usr/bin/env node
// The subset of curl that docs/api.md uses, for machines without curl: -s -S -N -O -J -I -i -H -d --data-binary @file -F -X -o -w -r --max-time.
import { createWriteStream, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';

const flag = (short) => ({ type: 'boolean', short });
const word = (short) => ({ type: 'string', short });
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...{ silent: flag('s'), 'show-error': flag('S'), 'no-buffer': flag('N'), 'remote-name': flag('O'), 'remote-header-name': flag('J') },
    ...{
      head: flag('I'),
      include: flag('i'),
      data: word('d'),
      'data-binary': { type: 'string' },
      request: word('X'),
      output: word('o'),
      'write-out': word('w'),
      range: word('r'),
      'max-time': { type: 'string' },
    },
    header: { type: 'string', short: 'H', multiple: true, default: [] },
    form: { type: 'string', short: 'F', multiple: true, default: [] },
  },
});

if (values['max-time']) setTimeout(() => process.exit(28), 1_000 * Number(values['max-time'])).unref();
const headers = new Headers(values.header.map((line) => line.split(/:\s*/, 2)));
if (values.range) headers.set('range', `bytes=${values.range}`);

function formOf(fields) {
  const form = new FormData();
  for (const field of fields) {
    const [, name, path, given] = /^([^=]+)=@([^;]+)(?:;filename=(.+))?$/.exec(field);
    form.append(name, new Blob([readFileSync(path === '-' ? 0 : path)]), given ?? basename(path));
  }
  return form;
}

const bytes = values['data-binary'] && readFileSync(values['data-binary'].replace(/^@/, ''));
const body = values.form.length > 0 ? formOf(values.form) : (values.data ?? bytes);
const method = values.request ?? (values.head ? 'HEAD' : body === undefined ? 'GET' : 'POST');
const response = await fetch(positionals[0], { method, headers, body });
const named = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1];
const file = values.output ?? (values['remote-name'] ? named : undefined);
const out = file ? createWriteStream(file) : process.stdout;
if (values.head || values.include)
  out.write(
    [`HTTP/1.1 ${response.status} ${response.statusText}`, ...[...response.headers].map((pair) => pair.join(': ')), '', ''].join('\r\n'),
  );
await pipeline(response.body ? Readable.fromWeb(response.body) : Readable.from([]), out, { end: file !== undefined });
if (values['write-out']) process.stdout.write(values['write-out'].replace('%{http_code}', response.status).replaceAll('\\n', '\n'));
