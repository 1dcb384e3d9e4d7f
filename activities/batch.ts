import { HoneError } from '../domain/errors.ts';
import type { CycleId, SessionId } from '../domain/ids.ts';
import type { ClosedSession } from '../domain/ports/gateway.ts';
import type { Store } from '../domain/ports/store.ts';
import { verifyReport, type CorpusFile, type ReportCryptography } from '../domain/privacy/verify-report.ts';

/** What is judged of a closed session: its batch, of which the report must be. */
export interface BatchToAdmit {
  readonly cycleId: CycleId;
  readonly sessionId: SessionId;
  readonly report: Pick<ClosedSession, 'batch' | 'corpus'>;
}

/**
 * Stores the report of a session's batch and refuses the batch when the report does not verify, is not by the key that the session was opened with,
 * is of another batch, or says that the batch failed: nothing of such a session is published. Throws `batch-refused`.
 */
export async function admitBatch(
  store: Store,
  cryptography: ReportCryptography,
  { cycleId, sessionId, report }: BatchToAdmit,
): Promise<void> {
  const key = await store.batches.keyOf(sessionId);
  const trusted = key === null ? [] : [key.keyId];
  const verified = verifyReport({ text: report.batch.text, trusted, corpus: filesOf(report.corpus) }, cryptography);
  const isOther = verified.report !== null && verified.report.session !== sessionId;
  const problems = [...verified.problems, ...(isOther ? ['The report is of another session.'] : []), ...verified.failures];
  await store.batches.save({ cycleId, blob: report.batch.blob, text: report.batch.text, problems });
  if (problems.length === 0) return;
  throw new HoneError(
    'batch-refused',
    "The report of the session's batch does not verify, or says that the batch failed: nothing of it is published.",
    'hone privacy audit TARGET shows the report; hone privacy verify FILE says what of it fails. The gateway of the next cycle starts anew.',
    { details: problems },
  );
}

/** The files of a batch, as its report has them. */
export function filesOf({ training, heldOut, data }: ClosedSession['corpus']): readonly CorpusFile[] {
  const parts = [
    { name: 'the training corpus', blob: training },
    { name: 'the held-out corpus', blob: heldOut },
    { name: 'the prepared data', blob: data },
  ];
  return parts.flatMap(({ name, blob }) => (blob === null ? [] : [{ name, digest: blob.digest }]));
}
