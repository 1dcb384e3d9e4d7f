import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { IncomingRequest } from '../../../traffic/deidentify/stage.ts';
import { makeSessionPipeline, type Outcome } from '../../../traffic/deidentify/pipeline.ts';
import type { CorpusLine, Turn, TurnReport } from './protocol.ts';

/** `node hone.ts CORPUS`: the five stages under a key of their own, driven by lines on standard input (see protocol.ts). */
const pipeline = makeSessionPipeline({}, randomBytes(32));
const requests = readFileSync(process.argv[2]!, 'utf8')
  .trim()
  .split('\n')
  .map((line): IncomingRequest => {
    const { body, ...rest } = JSON.parse(line) as CorpusLine;
    return { ...rest, body: Buffer.from(body, 'base64') };
  });

for await (const line of createInterface({ input: process.stdin })) console.log(JSON.stringify(take(JSON.parse(line) as Turn)));

function take({ from, to, outputs }: Turn): TurnReport {
  const outcomes: Outcome[] = [];
  const nanoseconds: number[] = [];
  const before = process.cpuUsage();
  for (const request of requests.slice(from, to)) {
    const start = process.hrtime.bigint();
    const outcome = pipeline.run(request);
    nanoseconds.push(Number(process.hrtime.bigint() - start));
    if (outputs) outcomes.push(outcome);
  }
  const spent = process.cpuUsage(before);
  const report = { requests: to - from, cpuNanoseconds: (spent.user + spent.system) * 1000, nanoseconds, stages: stages() };
  return outputs ? { ...report, outputs: outcomes.map(outputOf) } : report;
}

function outputOf(outcome: Outcome) {
  if ('dropped' in outcome) return outcome.dropped;
  const { method, path, headers, body = '' } = outcome.request;
  return { method, target: path, headers, body };
}

function stages() {
  return Object.fromEntries(pipeline.reports().map(({ stage, requests: seen, microseconds }) => [stage, { requests: seen, microseconds }]));
}
