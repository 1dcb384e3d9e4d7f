import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { HoneError } from '../../domain/errors.ts';
import type { DeidentificationRules } from '../../domain/manifest/schema.ts';
import { makeExplainer } from '../../traffic/deidentify/explain.ts';
import { readSample } from '../../traffic/audit/sample.ts';

/**
 * What `hone privacy try` starts: reads a sample and its rules from standard input, explains each request, and writes the answer to standard
 * output. It opens no file and no connection: the raw requests stay in this process and its pipe. Its key is random, and gone with it.
 */
interface TryRequest {
  readonly sample: string;
  readonly limit: number;
  readonly rules: DeidentificationRules;
}

try {
  const { sample, limit, rules } = JSON.parse(await text(process.stdin)) as TryRequest;
  const explain = makeExplainer(rules, randomBytes(32));
  process.stdout.write(JSON.stringify({ explanations: readSample(sample, limit).map(explain) }));
} catch (error) {
  if (!(error instanceof HoneError)) throw error;
  process.stdout.write(JSON.stringify({ error: error.toData() }));
}
