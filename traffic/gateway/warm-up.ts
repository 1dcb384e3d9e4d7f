import { randomBytes } from 'node:crypto';
import { makeSessionPipeline } from '../deidentify/pipeline.ts';

const rounds = 150;

/** Runs made-up requests through a pipeline that is thrown away, so that the first real ones find compiled code: nginx waits 10 ms at most. */
export function warmUpPipeline(): void {
  const pipeline = makeSessionPipeline({}, randomBytes(32));
  const body = Buffer.from('{"email":"somebody@example.com","name":"Some Body","phone":"+1 202 555 0100","items":[1,2]}');
  for (let round = 0; round < rounds; round += 1) {
    const headers = [
      ['accept', '*/*'],
      ['content-type', 'application/json'],
      ['cookie', `sid=Warm${round}up`],
    ] as const;
    pipeline.run({ method: 'POST', target: `/warm/${round}?q=up&email=somebody%40example.com`, headers, body });
    pipeline.run({ method: 'GET', target: `/warm/${round}?q=up`, headers: headers.slice(0, 1), body: new Uint8Array() });
  }
}
