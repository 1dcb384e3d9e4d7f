import { createHash } from 'node:crypto';
import type { HoneErrorData } from '../../domain/errors.ts';
import { asId, type Digest } from '../../domain/ids.ts';
import { manifestSchema, type Manifest } from '../../domain/manifest/schema.ts';
import type { PrivacyReport } from '../../domain/model/privacy.ts';
import type { BlobRef } from '../../domain/model/blob.ts';
import type { CorpusRefs, DeidentificationReport, ReplayComparison, SessionCounters } from '../../domain/model/collection.ts';
import type { EnvironmentRecord, EnvironmentSample, EnvironmentSummary, HostFacts, Reading } from '../../domain/model/environment.ts';
import type { AnswerComparison, EvaluationPair, LegMeasure } from '../../domain/model/evaluation.ts';
import type { BuildSpeed, SpeedComparison } from '../../domain/model/speed.ts';
import type { StressResult } from '../../domain/model/stress.ts';
import type { AcceptanceReport } from '../../domain/model/profile.ts';
import type { ToolchainRef } from '../../domain/model/build.ts';

/** The digest of a word: different words, different digests. */
export const digestOf = (word: string): Digest => asId<Digest>(createHash('sha256').update(word).digest('hex'));

export const blobOf = (word: string): BlobRef => ({ digest: digestOf(word), sizeBytes: word.length + 1000 });

export const sampleManifest = (name: string): Manifest =>
  manifestSchema.parse({
    target: name,
    build: { command: 'make', binary: 'server' },
    run: { command: ['{binary}', '{port}'] },
    drive: { kind: 'http' },
  });

export const sampleToolchain: ToolchainRef = { kind: 'clang', version: '22.1.5', identity: 'clang version 22.1.5' };

const unavailable: { available: false; reason: string } = { available: false, reason: 'no such sensor in this virtual machine' };
const read = <T>(value: T, source: string): Reading<T> => ({ available: true, value, source });

export const sampleFacts: HostFacts = {
  hostName: 'host-a',
  cpuModel: read('Example CPU', '/proc/cpuinfo'),
  microcode: unavailable,
  kernel: read('6.1.0', '/proc/sys/kernel/osrelease'),
  governor: unavailable,
  logicalCores: 2,
  memoryBytes: read(8_589_934_592, '/proc/meminfo'),
  virtualised: unavailable,
};

const sample = (at: string): EnvironmentSample => ({
  at,
  temperaturesCelsius: unavailable,
  clocksMegahertz: unavailable,
  throttleEvents: unavailable,
  energyJoules: unavailable,
  powerSupply: read('battery', '/sys/class/power_supply/BAT0/status'),
  pressureMicroseconds: read({ cpu: 1, io: 2, memory: 3 }, '/proc/pressure'),
  cpuTicks: read({ '0': { user: 1, system: 2, idle: 3, iowait: 0, irq: 0, softirq: 0, steal: 0 } }, '/proc/stat'),
  loadAverage1: read(0.5, '/proc/loadavg'),
});

const summary: EnvironmentSummary = {
  seconds: 2,
  meanTemperatureCelsius: unavailable,
  maximumTemperatureCelsius: unavailable,
  temperatureRiseCelsius: unavailable,
  meanClockMegahertz: unavailable,
  throttleEvents: unavailable,
  energyJoules: unavailable,
  cpuPressurePercent: read(3.5, '/proc/pressure/cpu'),
  ioPressurePercent: read(0.5, '/proc/pressure'),
  memoryPressurePercent: read(0, '/proc/pressure'),
  stealShare: read(0.01, '/proc/stat'),
  foreignCpuShare: read(0.02, '/proc/stat'),
  loadAverage1: read(0.5, '/proc/loadavg'),
  powerSupply: read('battery', '/sys/class/power_supply/BAT0/status'),
};

export const sampleEnvironment: EnvironmentRecord = {
  facts: sampleFacts,
  before: sample('2026-11-21T10:00:00.000Z'),
  during: [sample('2026-11-21T10:00:01.000Z')],
  after: sample('2026-11-21T10:00:02.000Z'),
  summary,
};

export const sampleCounters: SessionCounters = {
  received: 120,
  deidentified: 118,
  replayed: 100,
  heldOut: 10,
  skipped: 8,
  failed: 0,
  waiting: 0,
  dropped: { validation: 2 },
};

export const sampleComparison: ReplayComparison = {
  compared: 100,
  sameStatusClass: 99,
  production: { '2xx': 100 },
  replay: { '2xx': 99, '4xx': 1 },
  meanSizeRatio: 1.01,
  similarSizeShare: 0.98,
};

export const samplePrivacyReport: PrivacyReport = {
  unit: 'customer-in-epoch',
  maximumRequestsPerShape: 4,
  maximumShapesPerCustomer: 4,
  customerKeys: ['header:authorization'],
  requestsWithoutCustomer: 3,
  requestsCounted: 110,
  requestsClipped: 8,
  gatewayStarts: 1,
  release: {
    spent: { microRho: 60_000, femtoDelta: 30_000_000 },
    mechanisms: [{ aggregate: 'shapes', distribution: 'discrete-gaussian', sensitivity: 11.3, scale: 48.7, microRho: 27_000 }],
    detail: 'words',
    threshold: 70,
    shapes: { 'GET /products/{number}': 80 },
    fields: [{ shape: 'GET /products/{number}', bodyShare: 0, bodySizes: { none: 80 }, distinctTargets: '10-99' }],
    requestsPerMinute: [60, 55],
    customers: 40,
  },
  withheld: null,
};

export const sampleDeidentification: DeidentificationReport = {
  stages: [{ stage: 'sanitise', ruleVersion: '1', requests: 120, dropped: 0, transformed: { email: 12 }, microseconds: 900 }],
  privacy: samplePrivacyReport,
};

export const sampleCorpus = (word: string): CorpusRefs => ({
  training: blobOf(`training of ${word}`),
  trainingRequests: 100,
  heldOut: blobOf(`held out of ${word}`),
  heldOutRequests: 10,
  data: blobOf(`data of ${word}`),
});

const sampleLatency = { p50: 4, p90: 20, p99: 900, maximum: 1500 };

export const sampleStressResult: StressResult = {
  recording: { requests: 400, seconds: 8, perSecond: 50, sessions: 30, withoutSession: 10, pausesCut: 1, withoutTime: 2 },
  askedPerSecond: 150,
  achievedPerSecond: 120,
  seconds: 10,
  requests: 1200,
  outcomes: { '2xx': 1100, '5xx': 90, unsent: 10 },
  latency: sampleLatency,
  end: 'saturated',
  saturation: { second: 9, askedPerSecond: 150, achievedPerSecond: 100, because: 'queue', sentence: '300 requests waited' },
  steps: [{ askedPerSecond: 150, achievedPerSecond: 120, seconds: 10, requests: 1200, latency: sampleLatency }],
  perSecond: [{ second: 1, asked: 150, answered: 140, failed: 0, waiting: 10, latency: sampleLatency, senderLagMilliseconds: 1.5 }],
  endpoints: [{ endpoint: 'GET /search', requests: 1190, failed: 90, latency: sampleLatency }],
  mostInFlight: 300,
};

export const sampleAcceptance: AcceptanceReport = {
  accepted: true,
  checks: [{ name: 'functions', passed: true, sentence: '120 functions with counts, at least 10 wanted' }],
  summary: {
    functions: 300,
    functionsWithCounts: 120,
    totalCount: 9_007_199_254_740_991,
    maximumCount: 5_000_000_000,
    blocks: 1000,
    coveredShare: 0.4,
    density: 12_000,
    binaryIds: ['abc123'],
  },
  windowOverlap: 0.97,
  lastVersionOverlap: null,
  source: { mismatched: ['parse'], mismatchedCount: 1, missing: ['read', 'write'], missingCount: 3, mismatchedShare: 1 / 120 },
  replay: sampleComparison,
};

export const sampleError: HoneErrorData = { code: 'internal', message: 'It did not go on.', advice: 'Look at the log.' };

export const sampleAnswers: AnswerComparison = { compared: 100, different: 0, examples: [] };

const leg = (cpuNanoseconds: number, core: number): LegMeasure => ({
  cpuNanoseconds,
  requests: 100,
  core,
  endpointCpuNanoseconds: { 'GET /search': { cpuNanoseconds, requests: 100 } },
  maximumResidentBytes: 12_000_000,
});

const buildSpeed = (perSecond: number): BuildSpeed => ({
  perSecond,
  requests: 2000,
  busyShare: 0.97,
  latencyRequests: 2000,
  serverErrors: 0,
  latency: { p50: 0.421, p90: 0.87, p99: 1.912, maximum: 4.2 },
  lost: 0,
  senderLagMilliseconds: 0.31,
});

export const sampleSpeed: SpeedComparison = {
  candidateFirst: true,
  core: 1,
  concurrency: 8,
  askedPerSecond: 6172.8,
  baseline: buildSpeed(12_345.6),
  candidate: buildSpeed(14_020.2),
};

export const samplePair = (index: number, candidateFirst: boolean): EvaluationPair => ({
  index,
  candidateFirst,
  baseline: leg(1_200_000_000, 0),
  candidate: leg(1_000_000_000, 1),
  logRatio: Math.log(1.2),
  startedAt: '2026-11-21T10:02:00.000Z',
});
