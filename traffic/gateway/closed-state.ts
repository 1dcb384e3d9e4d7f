import type { SessionId } from '../../domain/ids.ts';
import type { GatewayKey, SignedBatchReport } from '../../domain/model/batch-report.ts';
import type { ClosedSession, SessionState } from '../../domain/ports/gateway.ts';

/** The state of a session that was closed: nothing moves any more. */
export function closedState(sessionId: SessionId, gatewayStart: string, reportKey: GatewayKey, report: ClosedSession): SessionState {
  const off = { mirror: 'off', mirrorOffBy: 'session-closed', mirrorReason: 'session closed' } as const;
  const { epoch } = (JSON.parse(report.batch.text) as SignedBatchReport).report;
  return {
    sessionId,
    gatewayStart,
    reportKey,
    epochKeyMadeAt: epoch.keyMadeAt,
    ...off,
    phase: 'idle',
    counters: report.counters,
    unaccounted: 0,
  };
}
