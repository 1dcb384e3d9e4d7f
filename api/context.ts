import type { ParsedManifest } from '../domain/manifest/parse.ts';
import type { EnginePort, EpochPort, FreshnessPort, PromotionPort, StressPort } from '../domain/ports/engine.ts';
import type { SchedulePort } from '../domain/ports/schedules.ts';
import type { Store } from '../domain/ports/store.ts';

/** Where the API writes what went wrong; pino's loggers fit. */
export interface ApiLog {
  error(fields: object, message: string): void;
}

/** What every resolver may use. */
export interface ApiServices {
  readonly store: Store;
  readonly engine: EnginePort;
  readonly promotion: PromotionPort;
  readonly epochs: EpochPort;
  readonly freshness: FreshnessPort;
  readonly stress: StressPort;
  readonly schedules: SchedulePort;
  readonly parseManifest: (text: string) => ParsedManifest;
}

/** Who asks: the holder of the local token. */
export interface Caller {
  readonly name: string;
}

/** One request's context. Data loaders are kept by it, so it must not be shared. */
export interface ApiContext extends ApiServices {
  readonly caller: Caller | null;
}
