import type { Prisma } from '../prisma/client/client.ts';
import type { EnvironmentRecord, EnvironmentSummary, Reading } from '../domain/model/environment.ts';
import { fromJson } from './json.ts';

const unsummarised: Reading<never> = { available: false, reason: 'recorded before Hone summarised it; the whole record has the samples' };

/** Figures that joined the summary after the first records were kept. */
const laterFigures: Pick<EnvironmentSummary, 'ioPressurePercent' | 'memoryPressurePercent' | 'powerSupply'> = {
  ioPressurePercent: unsummarised,
  memoryPressurePercent: unsummarised,
  powerSupply: unsummarised,
};

/** The record of a column; a figure that its summary was written without is unavailable, with that reason. */
export function toEnvironment(column: Prisma.JsonValue): EnvironmentRecord {
  const record = fromJson<EnvironmentRecord>(column);
  return { ...record, summary: { ...laterFigures, ...record.summary } };
}
