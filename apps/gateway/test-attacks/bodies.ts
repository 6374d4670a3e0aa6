/** Hostile JSON bodies: [description, body]. */
const deep = (open: string, close: string, depth: number) => `${open.repeat(depth)}${close.repeat(depth)}`;
const account = { email: 'new@example.org', password: 'correct horse battery' };
const withFields = (fields: object) => JSON.stringify({ ...account, ...fields });
const text = (fields: string) => `{"email":"new@example.org","password":"correct horse battery",${fields}}`;

/** API3: fields that a client may not set, and names of prototype pollution. */
export const massAssignments: readonly [string, string][] = [
  ['roles', withFields({ roles: ['operator'] })],
  ['role', withFields({ role: 'operator' })],
  ['isAdmin', withFields({ isAdmin: true })],
  ['id', withFields({ id: '0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10' })],
  ['createdAt', withFields({ createdAt: '2000-01-01T00:00:00Z' })],
  ['passwordHash', withFields({ passwordHash: 'x' })],
  ['password_hash', withFields({ password_hash: 'x' })],
  ['ownerId', withFields({ ownerId: '0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10' })],
  ['emailVerified', withFields({ emailVerified: true })],
  ['scopes', withFields({ scopes: ['write'] })],
  ['an empty name', withFields({ '': 1 })],
  ['a name with a NUL', withFields({ 'a\u0000b': 1 })],
  ['__proto__ as an object', text('"__proto__":{"roles":["operator"]}')],
  ['__proto__ as null', text('"__proto__":null')],
  ['__proto__ escaped', text('"\\u005f\\u005fproto\\u005f\\u005f":{"x":1}')],
  ['constructor', text('"constructor":{"prototype":{"x":1}}')],
  ['prototype', text('"prototype":{"x":1}')],
  ['toString', text('"toString":1')],
  ['hasOwnProperty', text('"hasOwnProperty":1')],
  ['toJSON', text('"toJSON":1')],
  ['then', text('"then":1')],
];

/** API3 and API8: values of the wrong type, for both fields of a login. */
export const wrongTypeValues: readonly [string, unknown][] = [
  ['null', null],
  ['true', true],
  ['a number', 7],
  ['a huge number', 1e308],
  ['an empty string', ''],
  ['blanks', '   '],
  ['an array', ['a@b.co']],
  ['a nested array', [['a@b.co']]],
  ['an object', { $ne: null }],
  ['a query operator', { $gt: '' }],
  ['an array with a query operator', ['a@b.co', { $regex: '.*' }]],
  ['a very long string', 'x'.repeat(50_000)],
];

export const hostileEmails: readonly string[] = [
  "' OR 1=1 --",
  "a@b.co'; DROP TABLE users; --",
  'a@b.co\r\nBcc: everybody@example.org',
  'a@b.co\u0000',
  '\u202ea@b.co',
  'a@b',
  '@b.co',
  'a@@b.co',
  'a b@c.co',
  '<script>alert(1)</script>@b.co',
  `\${jndi:ldap://127.0.0.1/x}@b.co`,
  '{{7*7}}@b.co',
  `${'a'.repeat(300)}@example.org`,
  `a@${'b'.repeat(300)}.org`,
  '../../etc/passwd',
  'a@127.0.0.1.',
];

/** API4 and API8: invalid, unexpected or oversized JSON. */
export const brokenBodies: readonly [string, string | Buffer, readonly number[]][] = [
  ['an empty body', '', [400]],
  ['blanks', '   ', [400]],
  ['half an object', '{"email":', [400]],
  ['two objects', '{}{}', [400]],
  ['a trailing comma', '{"email":"a@b.co",}', [400]],
  ['single quotes', "{'email':'a@b.co'}", [400]],
  ['a comment', '{/* x */}', [400]],
  ['NaN', '{"email":NaN}', [400]],
  ['undefined', 'undefined', [400]],
  ['a lone surrogate', '{"email":"\\ud800"}', [400]],
  ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]), [400]],
  ['an overlong encoding', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), [400]],
  ['UTF-16', Buffer.from('\ufeff{"email":"a@b.co"}', 'utf16le'), [400]],
  ['a byte order mark', '\ufeff{"email":"a@b.co"}', [400]],
  ['gzip', Buffer.from('1f8b0800000000000003abae05004322a4b502000000', 'hex'), [400]],
  ['XML', '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', [400]],
  ['YAML', 'email: a@b.co', [400]],
  ['an array', '[]', [400]],
  ['a string', '"a"', [400]],
  ['a number', '1', [400]],
  ['null', 'null', [400]],
  ['arrays 30,000 deep', deep('[', ']', 30_000), [400, 413]],
  ['objects 10,000 deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, [400, 413]],
  ['arrays deep within a field', `{"email":${deep('[', ']', 20_000)}}`, [400, 413]],
  ['the same name 4,000 times', `{${Array.from({ length: 4_000 }, () => '"email":"a"').join()}}`, [400, 413]],
  ['5,000 names', JSON.stringify(Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, 1]))), [400, 413]],
  ['a number with 60,000 digits', `{"email":${'9'.repeat(60_000)}}`, [400, 413]],
  ['a body over the limit', `{"email":"${'x'.repeat(70_000)}"}`, [413]],
  ['a megabyte', 'x'.repeat(1_000_000), [413]],
];

export const wrongContentTypes: readonly string[] = [
  'text/plain',
  'text/html',
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'multipart/form-data; boundary=x',
  'application/jsonp',
  'application/json-patch+json',
  'application/octet-stream',
  'application/x-ndjson',
  'json',
  'nonsense',
  '*/*',
  'application/json, text/plain',
  'application/msgpack',
];
