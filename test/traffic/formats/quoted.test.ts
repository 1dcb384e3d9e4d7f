import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { quotedEscaping } from '../../../traffic/deidentify/formats/escapings.ts';
import { makeSessionPipeline } from '../../../traffic/deidentify/pipeline.ts';

test('a cell that begins with a quote of its own is read alike with and without places', () => {
  for (const source of ['"""a"', '"a"""', '""""', '"x ""y"" z"', '"""a""b"""'])
    expect(quotedEscaping.decode(source).text, source).toBe(quotedEscaping.read(source));
});

test('an address behind such a quote is replaced', () => {
  const pipeline = makeSessionPipeline({}, randomBytes(32));
  const body = Buffer.from('id,note\r\n1,"""anna@acme.example"" wrote"\r\n');
  const outcome = pipeline.run({ method: 'POST', target: '/a', headers: [['content-type', 'text/csv']], body });
  const text = 'request' in outcome ? Buffer.from(outcome.request.body ?? '', 'base64').toString() : outcome.dropped;
  expect(text).toMatch(/^id,note\r\n1,"""[a-z]{4}@[a-z]{4}\.example"" wrote"\r\n$/);
  expect(text).not.toContain('anna@');
});
