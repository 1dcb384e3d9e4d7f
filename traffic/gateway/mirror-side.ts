import { dirname, join } from 'node:path';
import type { Manifest } from '../../domain/manifest/schema.ts';
import type { SessionRequest } from '../../domain/ports/gateway.ts';
import type { Log } from '../log.ts';
import type { Mirror } from '../mirror/mirror.ts';
import { listenForAnswers } from './answers.ts';
import type { Books } from './books.ts';
import { makeCaptureFeed } from './capture-feed.ts';
import type { Comparison } from './comparison.ts';
import { makeCopies, makeCopiesLog, type Copies, type CopyTotals } from './copies.ts';
import type { Flow } from './flow.ts';
import { makeGuard } from './guard.ts';
import { startIntake, type IntakeHandler } from './intake.ts';
import { claimIntakeSocket, releaseIntakeSocket } from './intake-socket.ts';
import { makeKillSwitch, stopFiles } from './kill-switch.ts';
import { acceptLogged } from './logged-request.ts';
import { makeMirrorSwitch, type MirrorSwitch } from './mirror-switch.ts';
import type { SessionPaths } from './session-files.ts';

export interface MirrorSideSettings {
  readonly request: SessionRequest;
  /** Of the gateway: beside its sessions. */
  readonly dataDirectory: string;
  readonly paths: SessionPaths;
  readonly adapter: Mirror;
  readonly maximumBodyBytes: number;
  readonly books: Books;
  readonly copies: Copies;
  readonly comparison: Comparison;
  readonly flow: Flow;
  readonly log: Log;
}

type MirrorKind = NonNullable<Manifest['mirror']>['kind'] | null;

/** Lines of a log that the kernel dropped, because nobody took them in time. */
const lostLine = 'log-lost';

/** What a session has towards production: where copies and answers come in, and what turns the mirror on and off. */
export interface MirrorSide {
  readonly mirror: MirrorSwitch;
  /** For the end of the session, once the mirror is off: nothing comes in any more, and nginx's count of copies is settled. */
  close(): Promise<void>;
}

/** Finds where nginx notes its copies, and settles what an earlier gateway process took and did not write down before it was killed. */
export async function openCopies(paths: SessionPaths, kind: MirrorKind, books: Books, before: CopyTotals | undefined): Promise<Copies> {
  const file = await copiesLogOf(paths);
  await makeCopiesLog(file);
  const copies = makeCopies({ file, books, before, lostReason: kind === 'log' ? lostLine : null });
  await copies.settle('gateway-killed');
  return copies;
}

export async function openMirrorSide(settings: MirrorSideSettings): Promise<MirrorSide> {
  const { request, paths, copies, comparison, flow, log } = settings;
  const rules = request.manifest.mirror;
  const isLog = rules?.kind === 'log';
  const handler = counting(copies, flow);
  const intake = await startIntake(await claimIntakeSocket(paths), settings.maximumBodyBytes, handler);
  // Files have no production that could suffer.
  const guard = rules === undefined || rules.kind === 'files' ? null : makeGuard(rules.guard);
  const answers = await listenForAnswers((id, answer, line) => {
    guard?.answered(answer.status, answer.milliseconds);
    comparison.production(id, answer);
    // A line without a request is of the seconds before anything is mirrored.
    if (isLog && line.includes(',"method":"')) acceptLogged(line, settings.maximumBodyBytes, handler);
  });
  const { deidentification, collection } = request.manifest;
  const waiting = Math.min(deidentification.queueLength, 2 * collection.concurrency);
  const feed = makeCaptureFeed({ books: settings.books, comparison, flow, waiting });
  const mirror = makeMirrorSwitch({
    mirror: settings.adapter,
    route: { intakeSocket: intake.socketPath, answersPort: answers.port, copiesLog: copiesLogBeside(intake.socketPath), feed },
    leaseSeconds: rules?.leaseSeconds ?? 15,
    killSwitch: makeKillSwitch(stopFiles(settings.dataDirectory, request.targetDirectory, rules)),
    guard,
    log,
  });
  return {
    mirror,
    async close() {
      await intake.close();
      await copies.settle(isLog ? lostLine : 'unaccounted');
      await releaseIntakeSocket(paths);
      await answers.close();
    },
  };
}

async function copiesLogOf(paths: SessionPaths): Promise<string> {
  return copiesLogBeside(await claimIntakeSocket(paths));
}

/** In the folder of the intake's socket, which nginx's workers can reach and nobody can list. */
function copiesLogBeside(intakeSocket: string): string {
  return join(dirname(intakeSocket), 'copies.log');
}

/** Every copy that comes in is put beside nginx's count of them. */
function counting(copies: Copies, flow: Flow): IntakeHandler {
  return {
    accept(request) {
      copies.arrived(request.requestId);
      flow.accept(request);
    },
    refuse(reason, requestId) {
      copies.arrived(requestId);
      flow.refuse(reason, requestId);
    },
  };
}
