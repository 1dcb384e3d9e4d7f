import type { SessionId } from '../../domain/ids.ts';
import type { GatewayKey } from '../../domain/model/batch-report.ts';
import type { ClosedSession, SessionState } from '../../domain/ports/gateway.ts';

/** The state of a session that was closed: nothing moves any more. */
export function closedState(sessionId: SessionId, gatewayStart: string, reportKey: GatewayKey, report: ClosedSession): SessionState {
  const off = { mirror: 'off', mirrorOffBy: 'session-closed', mirrorReason: 'session closed' } as const;
  return { sessionId, gatewayStart, reportKey, ...off, phase: 'idle', counters: report.counters, unaccounted: 0 };
}
