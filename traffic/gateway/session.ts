import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MirrorOffBy, SessionPhase, ClosedSession, SessionRequest, SessionState } from '../../domain/ports/gateway.ts';
import type { BlobPort } from '../../domain/ports/blobs.ts';
import type { BlobRef } from '../../domain/model/blob.ts';
import type { ProgramFiles } from '../../domain/model/build.ts';
import type { PrivacyGrant } from '../../domain/model/privacy.ts';
import { signBatch } from '../audit/batch-report.ts';
import type { ReportSigner } from '../audit/signing-key.ts';
import { sealData } from '../corpus/seal.ts';
import type { EpochKeys } from '../epochs/epoch-keys.ts';
import { replaceFile } from '../files.ts';
import type { TransportIdentity } from '../../domain/ports/transport.ts';
import type { Log } from '../log.ts';
import type { Mirror } from '../mirror/mirror.ts';
import { lostReason, openSessionStages, type SessionStages } from '../stages/session-stages.ts';
import type { StagePool } from '../stages/pool.ts';
import { makeBooks } from './books.ts';
import { makeComparison } from './comparison.ts';
import { makeFlow } from './flow.ts';
import { makeOwnersFile } from './owners-file.ts';
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
  readonly pool: StagePool;
  readonly blobs: BlobPort;
  readonly log: Log;
  readonly clock: () => Date;
}

/**
 * An open session: one cycle's mirrored traffic. When a thread of its stages was lost, everything but its state, its end and the mirror's throws
 * `stages-lost`.
 */
export interface Session {
  state(): SessionState;
  prepareData(baseline: ProgramFiles, signal: AbortSignal): Promise<BlobRef | null>;
  /** JSON lines in, the same lines with pseudonyms out. @param firstLine the number of the first, for what is said of a bad one */
  readonly pseudonymise: (lines: readonly string[], firstLine: number) => Promise<readonly string[]>;
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
  const { books, copies, flow, mirror, writer, owners, stages, confirmStages } = parts;
  const { request, paths, blobs, controlSocket, dataDirectory } = settings;
  let stopped: Promise<void> | null = null;
  const stop = (by: MirrorOffBy) => (stopped ??= parts.stop(by));
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
    async prepareData(baseline, signal) {
      const errorsFile = join(dataDirectory, 'prepare-errors', encodeURIComponent(request.targetName));
      const pseudonymiseText = (texts: readonly string[]) => pseudonymiseTexts(stages, texts);
      const hook = { session: request, baseline, blobs, controlSocket, directory: paths.directory, errorsFile, pseudonymiseText };
      const data = await prepareSessionData({ ...hook, seal: parts.seal }, signal);
      await replaceFile(paths.data, JSON.stringify(data), 0o600);
      // The store holds pseudonyms from here on: whatever comes after a restart must find its rows.
      await owners.append();
      return data;
    },
    pseudonymise: (lines, firstLine) => stages.pseudonymise(lines, firstLine),
    setInstances(urls) {
      confirmStages();
      flow.setInstances(urls);
    },
    async setPhase(phase) {
      confirmStages();
      await flow.setPhase(phase);
    },
    async mirrorOn() {
      confirmStages();
      await mirror.on();
    },
    renewLease() {
      confirmStages();
      mirror.renew();
    },
    mirrorOff: (by) => mirror.off(by),
    async waitUntil(counter, atLeast, seconds, signal) {
      const isVain = () => stages.lost() !== null || isStopped(mirror.state());
      const onVain = (listener: () => void) => {
        const stops = [mirror.onStopped(listener), stages.onLost(listener)];
        return () => stops.forEach((end) => end());
      };
      await waitForCount(books, { counter, atLeast, seconds, signal, isVain, onVain });
      confirmStages();
      // The books are checked where a window ends.
      await copies.read();
    },
    async close(grant) {
      await stop('session-closed');
      confirmStages();
      const report = await publish(parts, settings, grant);
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

/** Stores the corpus and its signed report; the report stays in the session's folder. */
async function publish({ writer, stages, books, comparison, keyMadeAt }: Parts, settings: SessionSettings, grant: PrivacyGrant) {
  const { request, paths, blobs, signer, clock } = settings;
  await writer.finish();
  const training = await blobs.putFile(paths.training);
  const heldOut = await blobs.putFile(paths.heldOut);
  const sizes = { trainingRequests: writer.size('training').requests, heldOutRequests: writer.size('heldOut').requests };
  const corpus = { training, heldOut, ...sizes, data: await readPreparedData(paths) };
  const deidentification = stages.ledger.report(grant);
  const counters = books.counters();
  const text = signBatch({ request, corpus, counters, deidentification, keyMadeAt, closedAt: clock() }, stages.ledger.audit, signer);
  const batch = { text, blob: await blobs.putBytes(Buffer.from(text)) };
  const report: ClosedSession = { corpus, counters, comparison: comparison.result(), deidentification, batch };
  await replaceFile(paths.report, JSON.stringify(report), 0o600);
  await rm(paths.owners, { force: true });
  return report;
}

async function pseudonymiseTexts(stages: SessionStages, texts: readonly string[]): Promise<readonly string[]> {
  const lines = await stages.pseudonymise(
    texts.map((text) => JSON.stringify(text)),
    1,
  );
  return lines.map((line) => JSON.parse(line) as string);
}

type Parts = Awaited<ReturnType<typeof assemble>>;

/** Everything that a session consists of, running. */
async function assemble({ request, paths, dataDirectory, mirror: adapter, identity, log, keys, pool, clock }: SessionSettings) {
  const { deidentification, collection, mirror: mirrorRules } = request.manifest;
  await removePrepareLeftovers(paths.directory);
  const snapshot = await readSnapshot(paths);
  const { pseudonymKey: key, createdAt: keyMadeAt } = await keys.enter({ ...request.epoch, targetName: request.targetName });
  const books = makeBooks(snapshot?.counters);
  const copies = await openCopies(paths, mirrorRules?.kind ?? null, books, snapshot?.copies);
  const maximumBodyBytes = mirrorRules?.maximumBodyBytes ?? 65_536;
  const rules = { ...deidentification, maximumBodyBytes };
  const savedOwners = await readFile(paths.owners).catch(() => null);
  const stages = await openSessionStages({ pool, rules, key, before: snapshot ?? undefined, owners: savedOwners });
  const owners = makeOwnersFile(paths.owners, stages.owners.restoredBytes, () => stages.owners.take());
  const comparison = makeComparison(snapshot?.comparison);
  const sealing = { epochId: request.epoch.id, sessionId: request.sessionId, fileKey: (header: Uint8Array) => keys.fileKey(header) };
  const seal = (plain: string, sealed: string) => sealData(plain, sealed, sealing);
  const writer = makeSessionWriter({
    paths,
    sealing,
    before: snapshot,
    owners,
    books: () => ({
      counters: books.counters(),
      ...stages.ledger.snapshot(),
      comparison: comparison.totals(),
      copies: copies.totals(),
    }),
    stamp: () => JSON.stringify([books.counters(), comparison.totals().compared, copies.totals()]),
  });
  const flow = makeFlow({
    books,
    stages,
    comparison,
    queueLength: deidentification.queueLength,
    concurrency: collection.concurrency,
    identity,
    heldOutRequests: collection.heldOutRequests,
    openedAt: Date.parse(snapshot?.pipeline.privacy.openedAt ?? clock().toISOString()),
    keep: (kind, kept) => writer.keep(kind, kept),
  });
  const side = await openMirrorSide({
    request,
    dataDirectory,
    paths,
    adapter,
    maximumBodyBytes,
    books,
    copies,
    comparison,
    flow,
    log,
  }).catch((error: unknown) => {
    stages.end();
    throw error;
  });
  const flush = async () => {
    await copies.read().catch((error: unknown) => log.error({ error: String(error) }, "nginx's notes of its copies could not be read"));
    await writer.flush().catch((error: unknown) => log.error({ error: String(error) }, 'the session could not be written'));
  };
  const flusher = setInterval(() => void flush(), flushMilliseconds);
  stages.onLost((error) => {
    log.error({ error: error.message, session: request.sessionId }, 'the stages of a session were lost');
    flow.drop(lostReason);
    side.mirror.stop('stages-lost', `: ${error.message}`);
  });
  const stop = async (by: MirrorOffBy) => {
    await side.mirror.end(by);
    clearInterval(flusher);
    await side.close();
    await flow.close('gateway-stopped');
    await stages.drain();
    stages.end();
  };
  const confirmStages = () => {
    const lost = stages.lost();
    if (lost !== null) throw lost;
  };
  /** The epoch's key stays; the session's copies of it go. */
  const forget = () => writer.close();
  return { books, copies, stages, comparison, writer, owners, flow, mirror: side.mirror, keyMadeAt, seal, confirmStages, forget, stop };
}
