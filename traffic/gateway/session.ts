import { join } from 'node:path';
import type { MirrorOffBy, SessionPhase, ClosedSession, SessionRequest, SessionState } from '../../domain/ports/gateway.ts';
import type { BlobPort } from '../../domain/ports/blobs.ts';
import type { BlobRef } from '../../domain/model/blob.ts';
import type { PrivacyGrant } from '../../domain/model/privacy.ts';
import { signBatch } from '../audit/batch-report.ts';
import { makeSessionAudit } from '../audit/session-audit.ts';
import type { ReportSigner } from '../audit/signing-key.ts';
import { sealData } from '../corpus/seal.ts';
import { makeSessionPipeline } from '../deidentify/pipeline.ts';
import { makeLinePseudonymiser } from '../deidentify/pseudonymise-line.ts';
import { makePseudonyms } from '../deidentify/shapes/collisions.ts';
import type { EpochKeys } from '../epochs/epoch-keys.ts';
import { replaceFile } from '../files.ts';
import type { TransportIdentity } from '../../domain/ports/transport.ts';
import type { Log } from '../log.ts';
import type { Mirror } from '../mirror/mirror.ts';
import { makeBooks } from './books.ts';
import { makeComparison } from './comparison.ts';
import { makeFlow } from './flow.ts';
import { openCopies, openMirrorSide } from './mirror-side.ts';
import { isStopped } from './mirror-switch.ts';
import { prepareSessionData, removePrepareLeftovers } from './prepare.ts';
import { readPreparedData, type SessionPaths } from './session-files.ts';
import { makeSessionWriter, readSnapshot } from './session-writer.ts';
import { waitForCount, type CountedAs } from './wait.ts';

export interface SessionSettings {
  readonly request: SessionRequest;
  /** Of the gateway: beside its sessions. */
  readonly dataDirectory: string;
  readonly paths: SessionPaths;
  readonly gatewayStart: string;
  readonly controlSocket: string;
  readonly mirror: Mirror;
  readonly signer: ReportSigner;
  readonly identity?: TransportIdentity | undefined;
  readonly keys: EpochKeys;
  readonly blobs: BlobPort;
  readonly log: Log;
  readonly clock: () => Date;
}

/** An open session: one cycle's mirrored traffic. */
export interface Session {
  state(): SessionState;
  prepareData(baselineBinary: BlobRef, signal: AbortSignal): Promise<BlobRef | null>;
  readonly pseudonymiseLine: (line: string) => string;
  setInstances(urls: readonly string[]): void;
  setPhase(phase: SessionPhase): Promise<void>;
  mirrorOn(): Promise<void>;
  renewLease(): void;
  mirrorOff(by: MirrorOffBy): Promise<void>;
  waitUntil(counter: CountedAs, atLeast: number, seconds: number, signal: AbortSignal): Promise<void>;
  /** Mirror off, corpus stored; the report stays in the session's folder. */
  close(grant: PrivacyGrant): Promise<ClosedSession>;
  /** Mirror off, nothing listens any more. */
  discard(): Promise<void>;
  /** For the end of the gateway process: mirror off, everything written; the session can be found again. */
  suspend(): Promise<void>;
}

const flushMilliseconds = 200;

/** Opens a session on its folder, new or as an earlier gateway process left it. */
export async function openSession(settings: SessionSettings): Promise<Session> {
  const parts = await assemble(settings);
  const { books, copies, flow, mirror, writer, pipeline, comparison } = parts;
  const { request, paths, blobs } = settings;
  let stopped: Promise<void> | null = null;
  const stop = (by: MirrorOffBy) => (stopped ??= parts.stop(by));
  const storeCorpus = async () => {
    await writer.finish();
    const training = await blobs.putFile(paths.training);
    const heldOut = await blobs.putFile(paths.heldOut);
    const sizes = { trainingRequests: writer.size('training').requests, heldOutRequests: writer.size('heldOut').requests };
    return { training, heldOut, ...sizes, data: await readPreparedData(paths) };
  };

  return {
    state: () => ({
      sessionId: request.sessionId,
      gatewayStart: settings.gatewayStart,
      reportKey: settings.signer.key,
      epochKeyMadeAt: parts.keyMadeAt,
      ...mirror.state(),
      phase: flow.phase,
      counters: books.counters(),
      unaccounted: copies.unaccounted(),
    }),
    async prepareData(baselineBinary, signal) {
      const { controlSocket, dataDirectory } = settings;
      const errorsFile = join(dataDirectory, 'prepare-errors', encodeURIComponent(request.targetName));
      const pseudonymiseText = (text: string) => JSON.parse(parts.pseudonymiseLine(JSON.stringify(text))) as string;
      const hook = { session: request, baselineBinary, blobs, controlSocket, directory: paths.directory, errorsFile, pseudonymiseText };
      const data = await prepareSessionData({ ...hook, seal: parts.seal }, signal);
      await replaceFile(paths.data, JSON.stringify(data), 0o600);
      return data;
    },
    pseudonymiseLine: parts.pseudonymiseLine,
    setInstances: (urls) => flow.setInstances(urls),
    setPhase: (phase) => flow.setPhase(phase),
    mirrorOn: () => mirror.on(),
    renewLease: () => mirror.renew(),
    mirrorOff: (by) => mirror.off(by),
    async waitUntil(counter, atLeast, seconds, signal) {
      const isVain = () => isStopped(mirror.state());
      await waitForCount(books, {
        counter,
        atLeast,
        seconds,
        signal,
        isVain,
        onVain: (listener: () => void) => mirror.onStopped(listener),
      });
      // The books are checked where a window ends.
      await copies.read();
    },
    async close(grant) {
      await stop('session-closed');
      const corpus = await storeCorpus();
      const deidentification = pipeline.report(grant);
      const counters = books.counters();
      const text = signBatch(
        { request, corpus, counters, deidentification, keyMadeAt: parts.keyMadeAt, closedAt: settings.clock() },
        parts.audit,
        settings.signer,
      );
      const batch = { text, blob: await blobs.putBytes(Buffer.from(text)) };
      const report: ClosedSession = { corpus, counters, comparison: comparison.result(), deidentification, batch };
      await replaceFile(paths.report, JSON.stringify(report), 0o600);
      parts.forget();
      return report;
    },
    async discard() {
      await stop('session-discarded');
      parts.forget();
    },
    async suspend() {
      await stop('gateway-stopped');
      await writer.flush();
      parts.forget();
    },
  };
}

/** Everything that a session consists of, running. */
async function assemble({ request, paths, dataDirectory, mirror: adapter, identity, log, keys, clock }: SessionSettings) {
  const { deidentification, collection, mirror: mirrorRules } = request.manifest;
  await removePrepareLeftovers(paths.directory);
  const snapshot = await readSnapshot(paths);
  const { pseudonymKey: key, createdAt: keyMadeAt } = await keys.enter({ ...request.epoch, targetName: request.targetName });
  const books = makeBooks(snapshot?.counters);
  const copies = await openCopies(paths, mirrorRules?.kind ?? null, books, snapshot?.copies);
  const maximumBodyBytes = mirrorRules?.maximumBodyBytes ?? 65_536;
  const pseudonyms = makePseudonyms();
  const pipeline = makeSessionPipeline({ ...deidentification, maximumBodyBytes }, key, snapshot?.pipeline, pseudonyms);
  const audit = makeSessionAudit(pipeline, key, deidentification, snapshot?.audit);
  const comparison = makeComparison(snapshot?.comparison);
  const sealing = { epochId: request.epoch.id, sessionId: request.sessionId, fileKey: (header: Uint8Array) => keys.fileKey(header) };
  const seal = (plain: string, sealed: string) => sealData(plain, sealed, sealing);
  const writer = makeSessionWriter({
    paths,
    sealing,
    before: snapshot,
    books: () => ({
      counters: books.counters(),
      pipeline: pipeline.snapshot(),
      comparison: comparison.totals(),
      copies: copies.totals(),
      audit: audit.snapshot(),
    }),
    stamp: () => JSON.stringify([books.counters(), comparison.totals().compared, copies.totals()]),
  });
  const flow = makeFlow({
    books,
    pipeline: audit.pipeline,
    comparison,
    queueLength: deidentification.queueLength,
    concurrency: collection.concurrency,
    identity,
    heldOutRequests: collection.heldOutRequests,
    openedAt: Date.parse(snapshot?.pipeline.privacy.openedAt ?? clock().toISOString()),
    keep: (kind, kept) => writer.keep(kind, kept),
  });
  const side = await openMirrorSide({ request, dataDirectory, paths, adapter, maximumBodyBytes, books, copies, comparison, flow, log });
  const flush = async () => {
    await copies.read().catch((error: unknown) => log.error({ error: String(error) }, "nginx's notes of its copies could not be read"));
    await writer.flush().catch((error: unknown) => log.error({ error: String(error) }, 'the session could not be written'));
  };
  const flusher = setInterval(() => void flush(), flushMilliseconds);
  const stop = async (by: MirrorOffBy) => {
    await side.mirror.end(by);
    clearInterval(flusher);
    await side.close();
    await flow.close('gateway-stopped');
  };
  /** The epoch's key stays; the session's copies of it go. */
  const forget = () => {
    key.fill(0);
    writer.close();
  };
  const pseudonymiseLine = makeLinePseudonymiser(deidentification, key, pseudonyms);
  return { books, copies, pipeline, audit, comparison, writer, flow, mirror: side.mirror, keyMadeAt, seal, forget, pseudonymiseLine, stop };
}
