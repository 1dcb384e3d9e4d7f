import { readFile, readdir } from 'node:fs/promises';
import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { batchReportsOperation, cycleReportOperation, gatewayKeysOperation } from '../../cli/operations/batch-report.ts';
import { buildOperation, buildsOperation } from '../../cli/operations/build.ts';
import {
  cancelCycleOperation,
  cycleOperation,
  cycleProgressOperation,
  cyclesOperation,
  startCycleOperation,
} from '../../cli/operations/cycle.ts';
import { epochsOperation, rotateEpochOperation } from '../../cli/operations/epoch.ts';
import {
  checkFreshnessOperation,
  freshnessChecksOperation,
  matchProfilesOperation,
  targetsFreshnessOperation,
} from '../../cli/operations/freshness.ts';
import { healthOperation } from '../../cli/operations/health.ts';
import { privacyBudgetOperation, privacySpendsOperation } from '../../cli/operations/privacy.ts';
import { profileOperation, profilesOperation } from '../../cli/operations/profile.ts';
import { promoteOperation, releaseOperation, releasesOperation, rollbackOperation } from '../../cli/operations/release.ts';
import {
  backfillScheduleOperation,
  createScheduleOperation,
  pauseScheduleOperation,
  removeScheduleOperation,
  resetScheduleOperation,
  resumeScheduleOperation,
  scheduleOperation,
  schedulesOperation,
  triggerScheduleOperation,
  updateScheduleOperation,
} from '../../cli/operations/schedule.ts';
import {
  cancelReplayOperation,
  replayOperation,
  stressProgressOperation,
  stressWindowOperation,
  stressWindowsOperation,
} from '../../cli/operations/stress.ts';
import { registerTargetOperation, targetOperation, targetsOperation } from '../../cli/operations/target.ts';

const operations = Object.entries({
  batchReportsOperation,
  cycleReportOperation,
  gatewayKeysOperation,
  buildOperation,
  buildsOperation,
  cancelCycleOperation,
  cycleOperation,
  cycleProgressOperation,
  cyclesOperation,
  startCycleOperation,
  epochsOperation,
  rotateEpochOperation,
  checkFreshnessOperation,
  freshnessChecksOperation,
  matchProfilesOperation,
  targetsFreshnessOperation,
  healthOperation,
  privacyBudgetOperation,
  privacySpendsOperation,
  profileOperation,
  profilesOperation,
  promoteOperation,
  releaseOperation,
  releasesOperation,
  rollbackOperation,
  backfillScheduleOperation,
  createScheduleOperation,
  pauseScheduleOperation,
  removeScheduleOperation,
  resetScheduleOperation,
  resumeScheduleOperation,
  scheduleOperation,
  schedulesOperation,
  triggerScheduleOperation,
  updateScheduleOperation,
  cancelReplayOperation,
  replayOperation,
  stressProgressOperation,
  stressWindowOperation,
  stressWindowsOperation,
  registerTargetOperation,
  targetOperation,
  targetsOperation,
}).map(([name, { document }]) => ({ name, document }));

const schema = buildSchema(await readFile(new URL('../../api/schema.graphql', import.meta.url), 'utf8'));

test('no operation of the command line is left out here', async () => {
  const folder = new URL('../../cli/operations/', import.meta.url);
  const texts = await Promise.all((await readdir(folder)).map((file) => readFile(new URL(file, folder), 'utf8')));
  const written = texts.flatMap((text) => [...text.matchAll(/export const (\w+) = operation</g)].map((match) => match[1]!));
  expect(new Set(operations.map(({ name }) => name))).toEqual(new Set(written));
});

test.each(operations)('$name fits api/schema.graphql', ({ document }) => {
  expect(validate(schema, parse(document)).map((error) => error.message)).toEqual([]);
});

test('an operation that does not fit would be seen', () => {
  expect(validate(schema, parse('{ targets(first: 1) { edges { node { colour } } } }'))).toHaveLength(1);
});
