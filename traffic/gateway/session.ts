import type { SessionPhase, SessionReport, SessionRequest, SessionState } from '../../domain/ports/gateway.ts';
import type { BlobPort } from '../../domain/ports/blobs.ts';
import type { BlobRef } from '../../domain/model/blob.ts';
import { makeSessionPipeline } from '../deidentify/pipeline.ts';
import { makeLinePseudonymiser } from '../deidentify/pseudonymise-line.ts';
import { replaceFile } from '../files.ts';
import type { Log } from '../log.ts';
import type { Mirror } from '../mirror/mirror.ts';
import { listenForAnswers } from './answers.ts';
import { makeBooks } from './books.ts';
import { makeComparison } from './comparison.ts';
import { makeFlow } from './flow.ts';
import { startIntake } from './intake.ts';
import { makeMirrorSwitch } from './mirror-switch.ts';
import { prepareSessionData } from './prepare.ts';
import { makeSessionWriter, readSnapshot, type SessionPaths } from './session-files.ts';
import { destroySessionKey, openSessionKey } from './session-key.ts';
import { waitForCount, type CountedAs } from './wait.ts';

export interface SessionSettings {
  readonly request: SessionRequest;
  readonly paths: SessionPaths;
  readonly gatewayStart: string;
  readonly controlSocket: string;
  readonly mirror: Mirror;
  readonly blobs: BlobPort;
  readonly log: Log;
  readonly clock: () => Date;
}

/** An open session: one cycle's mirrored traffic. */
export interface Session {
  state(): SessionState;
  prepareData(baselineBinary: BlobRef, signal: AbortSignal): Promise<BlobRef | null>;
  pseudonymiseLine(line: string): string;
  setInstances(urls: readonly string[]): void;
  setPhase(phase: SessionPhase): void;
  mirrorOn(): Promise<void>;
  renewLease(): void;
  mirrorOff(reason: string): Promise<void>;
  waitUntil(counter: CountedAs, atLeast: number, seconds: number, signal: AbortSignal): Promise<void>;
  /** Mirror off, corpus stored, key destroyed; the report stays in the session's folder. */
  close(): Promise<SessionReport>;
  /** Mirror off, key destroyed, nothing listens any more. */
  discard(): Promise<void>;
  /** For the end of the gateway process: mirror off, everything written; the session can be found again. */
  suspend(): Promise<void>;
}

const flushMilliseconds = 200;

/** Opens a session on its folder, new or as an earlier gateway process left it. */
export async function openSession(settings: SessionSettings): Promise<Session> {
  const { request, paths, log, clock } = settings;
  const { manifest } = request;
  const snapshot = await readSnapshot(paths);
  const key = await openSessionKey(paths.key);
  const books = makeBooks(snapshot?.counters);
  const pipeline = makeSessionPipeline(manifest.deidentification.fields, key, snapshot?.pipeline);
  const pseudonymiseLine = makeLinePseudonymiser(manifest.deidentification.fields, key);
  const comparison = makeComparison(snapshot?.comparison);
  const writer = makeSessionWriter(paths, snapshot, () => ({
    counters: books.counters(),
    pipeline: pipeline.snapshot(),
    comparison: comparison.totals(),
  }));
  const { queueLength } = manifest.deidentification;
  const { concurrency, heldOutRequests } = manifest.collection;
  const flow = makeFlow({ books, pipeline, comparison, queueLength, concurrency, heldOutRequests, keep: writer.keep });
  const intake = await startIntake(manifest.mirror?.maximumBodyBytes ?? 65_536, flow);
  const answers = await listenForAnswers(comparison.production);
  const mirror = makeMirrorSwitch({
    mirror: settings.mirror,
    route: { intakePort: intake.port, answersPort: answers.port },
    leaseSeconds: manifest.mirror?.leaseSeconds ?? 15,
    log,
  });
  const flusher = setInterval(
    () => void writer.flush().catch((error: unknown) => log.error({ error: String(error) }, 'the session could not be written')),
    flushMilliseconds,
  );

  let stopped: Promise<void> | null = null;
  const stopOnce = async (reason: string) => {
    await mirror.end(reason);
    clearInterval(flusher);
    await intake.close();
    await flow.close('gateway-stopped');
    await answers.close();
  };
  const stop = (reason: string) => (stopped ??= stopOnce(reason));
  const store = async () => {
    await writer.flush();
    const training = await settings.blobs.putFile(paths.training);
    const heldOut = await settings.blobs.putFile(paths.heldOut);
    return { training, trainingRequests: writer.size('training').requests, heldOut, heldOutRequests: writer.size('heldOut').requests };
  };

  return {
    state: () => ({
      sessionId: request.sessionId,
      gatewayStart: settings.gatewayStart,
      ...mirror.state(),
      phase: flow.phase,
      counters: books.counters(),
    }),
    prepareData: (baselineBinary, signal) =>
      prepareSessionData({ session: request, baselineBinary, blobs: settings.blobs, controlSocket: settings.controlSocket }, signal),
    pseudonymiseLine,
    setInstances: flow.setInstances,
    setPhase: flow.setPhase,
    mirrorOn: mirror.on,
    renewLease: mirror.renew,
    mirrorOff: mirror.off,
    waitUntil: (counter, atLeast, seconds, signal) => waitForCount(books, counter, atLeast, seconds, signal),
    async close() {
      await stop('session closed');
      const corpus = await store();
      await destroySessionKey(paths.key, key);
      const deidentification = pipeline.report(clock().toISOString());
      const report: SessionReport = { corpus, counters: books.counters(), comparison: comparison.result(), deidentification };
      await replaceFile(paths.report, JSON.stringify(report), 0o600);
      return report;
    },
    async discard() {
      await stop('session discarded');
      await destroySessionKey(paths.key, key);
    },
    async suspend() {
      await stop('gateway stopped');
      await writer.flush();
      key.fill(0);
    },
  };
}
