import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../cli/main.ts';
import { asId, type SessionId } from '../../domain/ids.ts';
import type { Explanation } from '../../domain/model/explanation.ts';
import { reportText } from '../../domain/privacy/verify-report.ts';
import { openReportSigner, type ReportSigner } from '../../traffic/audit/signing-key.ts';
import { sampleBatchReport } from '../support/batch-report.ts';
import { digestOf } from '../support/samples.ts';
import { seed } from '../support/seed.ts';
import { makeFakeIo } from './support/fake-io.ts';
import { type ServedApi, serveApi } from './support/served-api.ts';

let api: ServedApi;
let folder: string;
let signer: ReportSigner;
beforeAll(async () => {
  api = await serveApi();
  folder = await mkdtemp(join(tmpdir(), 'hone-proof-'));
  signer = await openReportSigner(folder);
});
afterAll(async () => {
  await api.close();
  await rm(folder, { recursive: true });
});

/** Without any Hone in reach. */
async function offline(...words: readonly string[]) {
  const io = makeFakeIo({ directory: folder });
  return { code: await run(words, io), stdout: io.stdout(), stderr: io.stderr() };
}
const file = async (name: string, text: string) => {
  await writeFile(join(folder, name), text);
  return name;
};

test('hone privacy audit: each report verified again, canaries, drops, budget; a report that does not hold ends with 8', async () => {
  const verbs = await seed(api.store).target('shop');
  const { cycle, close } = await verbs.cycle();
  const sessionId = asId<SessionId>(cycle.id);
  await api.store.batches.registerKey(sessionId, signer.key);
  const save = (of: typeof cycle, text: string, problems: readonly string[]) =>
    api.store.batches.save({ cycleId: of.id, blob: { digest: digestOf(of.id), sizeBytes: text.length }, text, problems });
  const text = reportText(signer.sign(sampleBatchReport(sessionId)));
  await save(cycle, text, []);
  await close('succeeded');
  const good = await api.hone('privacy', 'audit', 'shop');
  expect(good.stdout).toMatch(/^reports +1 of 1 verify and passed$/m);
  expect(good.stdout).toMatch(new RegExp(`verified +4,010 +5,200 +0\\.2 % +0 of 28 out +1 +- +${cycle.id}$`, 'm'));
  expect(good.code).toBe(0);

  const second = await verbs.cycle();
  await save(second.cycle, text.replace('4010', '4011'), []);
  const bad = await api.hone('privacy', 'audit', 'shop');
  expect(bad.stdout).toContain('DOES NOT HOLD');
  expect(bad.stdout).toContain(`${second.cycle.id}: report.drops is not what was signed.`);
  expect(bad.code).toBe(8);
});

test('hone privacy key prints what --trust reads', async () => {
  const { stdout } = await api.hone('privacy', 'key');
  expect(stdout).toContain(`hone-batch-report/1 ${signer.key.keyId} ${signer.key.publicKey}\n`);
  const report = await file('report.json', reportText(signer.sign(sampleBatchReport(asId<SessionId>('s')))));
  const trusted = await offline('privacy', 'verify', report, '--trust', await file('keys', stdout));
  expect(trusted).toMatchObject({ code: 0 });
  expect(trusted.stdout).toContain('verified; the batch passed');
  expect(await offline('privacy', 'verify', report, '--trust', await file('no-keys', 'something'))).toMatchObject({ code: 2 });
});

test('a report without a trusted key verifies by the key that it names, and says that this is not trust', async () => {
  const report = await file('alone.json', reportText(signer.sign(sampleBatchReport(asId<SessionId>('s')))));
  const { code, stderr, stdout } = await offline('privacy', 'verify', report);
  expect(code).toBe(0);
  expect(stdout).toContain('(trust not checked)');
  expect(stderr).toContain('No key was given with --trust');
  expect(await offline('privacy', 'verify', 'nothing-there.json')).toMatchObject({ code: 3 });
});

test('hone privacy try: the person sees both sides and the rule of each change; nothing is asked of any API', async () => {
  const lines = [
    {
      method: 'POST',
      path: '/customers/7?email=anna.smith%40acme.example',
      headers: { 'content-type': 'application/json', 'x-secret': '1' },
      body: { lastName: 'Kowalczyk', n: 5 },
    },
    { path: '/products/17?page=2' },
    { method: 'POST', path: '/x', headers: { 'content-type': 'image/png' }, body: 'abc' },
  ];
  const sample = await file('sample.jsonl', lines.map((line) => JSON.stringify(line)).join('\n'));
  const { stdout, code } = await offline('privacy', 'try', sample);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^POST \/customers\/7\?email=anna\.smith%40acme\.example +POST \/customers\/\d\?email=[a-z]{4}\.[a-z]{5}%40\w+\.example$/m,
  );
  expect(stdout).toMatch(/^body lastName +kowalczyk → [A-Z][a-z]{8} +name: a field of the name "lastname" holds: name$/m);
  expect(stdout).toMatch(/^header .*secret +1 → \d .*token/m);
  expect(stdout).toContain('Nothing was changed.');
  expect(stdout).toContain('dropped by sanitise: unknown-content-type');
});

test('hone privacy try reads a HAR and a raw request, and follows a manifest', async () => {
  const har = {
    log: {
      entries: [{ request: { method: 'GET', url: 'https://shop.example/a?code=Ab12Cd34', headers: [{ name: 'Accept', value: '*/*' }] } }],
    },
  };
  const manifest =
    'target: t\nbuild: { command: "true", binary: t }\nrun: { command: ["{binary}", "{port}"] }\ndrive: { kind: http }\nmirror: { configuration: a, httpInclude: b, locationInclude: c }\ndeidentification: { fields: { code: token } }\n';
  const explained = async (sample: string) => {
    const answer = await offline('privacy', 'try', sample, '--manifest', await file('hone.yaml', manifest), '--json');
    return (JSON.parse(answer.stdout) as readonly Explanation[])[0];
  };
  const raw = 'GET /a?code=Ab12Cd34 HTTP/1.1\r\nHost: shop.example\r\nAccept: */*\r\n\r\n';
  for (const sample of [await file('sample.har', JSON.stringify(har)), await file('raw.http', raw)]) {
    const explanation = await explained(sample);
    expect(explanation?.before.target).toBe('/a?code=Ab12Cd34');
    expect(explanation?.changes).toMatchObject([
      { place: 'query', kind: 'token', before: 'Ab12Cd34', why: 'the manifest says of the field "code": token' },
    ]);
  }
  expect(await offline('privacy', 'try', await file('empty.jsonl', '[1]'))).toMatchObject({ code: 2 });
});
