import { randomBytes } from 'node:crypto';
import { makeSessionPipeline } from '../deidentify/pipeline.ts';

const rounds = 150;

/** Has the marks of every detector, so that each has compiled its pattern: the first use of one takes as long as a hundred requests. */
const everyMark =
  'Dear Some Body, born 1.1.1900, of 1 Main Street, 12345 (0)30 1234567, AB12 3456 7890 1234 5678, 1234-5678-9012-3456, a_b@c.example, ' +
  '1.2.3.4, ::1, 00:11:22:33:44:55, 0.1234567,0.1234567, P<< a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9 00000000-0000-4000-8000-000000000000 Улица';

/** Runs made-up requests through a pipeline that is thrown away, so that the first real ones find compiled code: nginx waits 10 ms at most. */
export function warmUpPipeline(): void {
  const pipeline = makeSessionPipeline({}, randomBytes(32));
  const record = { email: 'somebody@example.com', name: 'Some Body', phone: '+1 202 555 0100', items: [1, 2] };
  const plain = Buffer.from(JSON.stringify(record));
  const marked = Buffer.from(JSON.stringify({ ...record, note: everyMark }));
  for (let round = 0; round < rounds; round += 1) {
    const body = round % 10 === 0 ? marked : plain;
    const headers = [
      ['accept', '*/*'],
      ['content-type', 'application/json'],
      ['cookie', `sid=Warm${round}up`],
    ] as const;
    pipeline.run({ method: 'POST', target: `/warm/${round}?q=up&email=somebody%40example.com`, headers, body });
    pipeline.run({ method: 'GET', target: `/warm/${round}?q=up`, headers: headers.slice(0, 1), body: new Uint8Array() });
  }
}
