import { expect, test } from 'vitest';
import { written } from './support.ts';

const head = (headers: Readonly<Record<string, string>>) =>
  written({ method: 'GET', target: '/x', headers: Object.entries(headers), body: Buffer.alloc(0) }).headers;

test.each([
  ['x-app-version', '4.12.3'],
  ['x-feature-flags', 'new-cart,fast-pay'],
  ['x-build', '2026.11.3-rc1+ab12cd3'],
  ['x-locale', 'pt-BR'],
  ['x-currency', 'EUR'],
  ['x-timezone', 'America/Sao_Paulo'],
  ['accept-language', 'de-DE,de;q=0.9,en;q=0.8'],
  ['x-commit', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b'],
  ['cookie', 'theme=dark; lang=de-DE; ab_bucket=B; tz=Europe/Berlin; currency=EUR; banner=3; pref=compact-view'],
])('%s: %s identifies nobody and stays', (name, value) => expect(head({ [name]: value })[name]).toBe(value));

test.each([
  ['x-customer-no', '8841'],
  ['x-user', 'qtolbrecht'],
  ['x-internal', 'Secret99'],
  ['x-anything', 'a3f9c2'],
  ['x-note', 'q.tolbrecht@acme.example'],
  ['x-came-from', '198.51.100.7'],
  ['x-request-id', '8f14e45f-ceea-467a-9575-1f2b3c4d5e6f'],
  ['accept-language', 'gsw-CH,rm;q=0.9,wae;q=0.8,de;q=0.7,fr;q=0.6'],
  ['cookie', 'cart=8f3a2b91'],
  ['cookie', 'lang=Zk9wQ2x7Rt4mPa8sLd3f'],
  ['cookie', 'nick=qtolbrecht'],
])('%s: %s does not leave', (name, value) => expect(head({ [name]: value })[name]).not.toContain(value.slice(value.indexOf('=') + 1)));

test.each(['via', 'forwarded', 'x-original-url', 'x-method-override', 'content-digest', 'sec-ch-ua-model', 'ssl-client-cert'])(
  '%s is left out',
  (name) => expect(head({ [name]: 'plain' })[name]).toBeUndefined(),
);

test('what is on no list is left out when the manifest says so, but for what it names', () => {
  const headers = { 'x-app-version': '4.12.3', 'x-locale': 'pt-BR', accept: 'text/html', cookie: 'theme=dark' };
  const { headers: left } = written(
    { method: 'GET', target: '/x', headers: Object.entries(headers), body: Buffer.alloc(0) },
    { unknownHeaders: 'drop', fields: { 'x-locale': 'keep' } },
  );
  expect(left).toEqual({ 'x-locale': 'pt-BR', accept: 'text/html', cookie: 'theme=dark' });
});
