// node npm-peer.mjs PEER CORPUS: an npm package on the same requests, with the same lines on standard input as Hone (contenders/protocol.ts).
// Every peer is given each value by itself, decoded from JSON, form and percent escapes: the way in which it finds most.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Makes the peer's function of one text. */
const peers = {
  async 'redact-pii'() {
    const { SyncRedactor } = await import('redact-pii');
    const redactor = new SyncRedactor();
    return (text) => redactor.redact(text);
  },
  async '@redactpii/node'() {
    const { Redactor } = await import('@redactpii/node');
    const redactor = new Redactor();
    return (text) => redactor.redact(text);
  },
  async '@openredaction/openredaction'() {
    const { OpenRedaction } = await import('@openredaction/openredaction');
    const redactor = new OpenRedaction();
    return async (text) => (await redactor.detect(text)).redacted;
  },
  async '@visulima/redact'() {
    const { redact, standardRules } = await import('@visulima/redact');
    // By the field's name too, as its rules are meant.
    return (text, name) => (name === undefined ? redact(text, standardRules) : redact({ [name]: text }, standardRules)[name]);
  },
};

const [peer, corpus] = process.argv.slice(2);
const redact = await peers[peer]();
const requests = readFileSync(corpus, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

async function tree(node, name) {
  if (typeof node === 'string') return redact(node, name);
  if (typeof node === 'number') {
    const text = String(node);
    const redacted = await redact(text, name);
    return redacted === text ? node : redacted;
  }
  if (Array.isArray(node)) return Promise.all(node.map((item) => tree(item, name)));
  if (node === null || typeof node !== 'object') return node;
  const out = {};
  for (const [key, value] of Object.entries(node)) out[key] = await tree(value, key);
  return out;
}

async function pairs(text) {
  const all = text.split('&').map(async (pair) => {
    const [name, value = ''] = pair.split(/=(.*)/s);
    return `${name}=${encodeURIComponent(String(await redact(decodeURIComponent(value.replaceAll('+', ' ')), decodeURIComponent(name))))}`;
  });
  return (await Promise.all(all)).join('&');
}

async function whole({ method, target, headers, body }) {
  const [path, query] = target.split(/\?(.*)/s);
  const segments = await Promise.all(path.split('/').map(async (part) => encodeURIComponent(await redact(decodeURIComponent(part)))));
  const type = headers.find(([name]) => name === 'content-type')?.[1] ?? '';
  const text = Buffer.from(body, 'base64').toString();
  const json = async (document) => JSON.stringify(await tree(JSON.parse(document)));
  const written = type.includes('ndjson')
    ? (await Promise.all(text.split('\n').map(async (line) => (line === '' ? '' : json(line))))).join('\n')
    : await (type.includes('json') ? json(text) : type.includes('urlencoded') ? pairs(text) : redact(text));
  const lines = {};
  for (const [name, value] of headers) lines[name] = name === 'content-type' ? value : String(await redact(value, name));
  return {
    method,
    target: query === undefined ? segments.join('/') : `${segments.join('/')}?${await pairs(query)}`,
    headers: lines,
    body: Buffer.from(written).toString('base64'),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { from, to, outputs } = JSON.parse(line);
  const before = process.cpuUsage();
  const made = [];
  for (const request of requests.slice(from, to)) made.push(await whole(request).catch((error) => `peer threw ${error.name}`));
  const spent = process.cpuUsage(before);
  const report = { requests: to - from, cpuNanoseconds: (spent.user + spent.system) * 1000 };
  console.log(JSON.stringify(outputs ? { ...report, outputs: made } : report));
}
