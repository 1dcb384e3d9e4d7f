import type { CapturedRequest } from './captures/captured.ts';

/** Where the mirrored copies and production's answers go. */
export interface MirrorRoute {
  /** A unix socket that takes the copies. */
  readonly intakeSocket: string;
  /** UDP on 127.0.0.1; takes one syslog line per mirrored request: id, status, size. */
  readonly answersPort: number;
  /** A file that gets one line per copy: how many there were is known even when nobody takes them. */
  readonly copiesLog: string;
  /** For an adapter that reads requests itself. */
  readonly feed: CaptureFeed;
}

/** What is known of a request of captured files. */
export interface CapturedPlace {
  /** What it is for: in another phase it is let go. */
  readonly only: 'training' | 'held-out';
  /** Its place in the files, from 1. */
  readonly place: number;
  /** Milliseconds since the first request of the files that says when it came; null when it does not say. */
  readonly offset: number | null;
}

/** Takes requests that were captured before; it is never full, but wants none until there is room. */
export interface CaptureFeed {
  /** Waits until a request is wanted, and says for what. Rejects with the signal's reason. */
  wants(signal: AbortSignal): Promise<'training' | 'held-out'>;
  accept(captured: CapturedRequest, place: CapturedPlace): void;
  /** Waits until the session wants something else than this. Rejects with the signal's reason. */
  nextPhase(after: 'training' | 'held-out', signal: AbortSignal): Promise<void>;
}

/** Only production's answers are noted, to compare with later; or requests are copied too. */
export type MirrorScope = 'answers' | 'copies';

/** The configuration that copies a share of production requests; one adapter per kind of proxy. */
export interface Mirror {
  /** Makes what the proxy's configuration refers to, empty, where it is not there yet. */
  prepare(): Promise<void>;
  /** Returns once the proxy runs the new configuration. Throws `mirror-configuration`, `mirror-unavailable`; then all is as it was. */
  on(route: MirrorRoute, scope: MirrorScope): Promise<void>;
  /**
   * Takes the mirror out of the configuration, whatever else happens, and makes the proxy run it. Throws `mirror-unavailable` while
   * the proxy cannot be made to, for whatever reason; the configuration is without the mirror even then. Ask again until it succeeds.
   */
  off(): Promise<void>;
}
