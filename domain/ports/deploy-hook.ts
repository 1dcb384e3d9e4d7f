import type { Manifest } from '../manifest/schema.ts';
import type { ProgramFiles } from '../model/build.ts';
import type { CancelSignal } from './signal.ts';

export interface DeployHookRequest extends ProgramFiles {
  /** The folder of the manifest; the hook runs there. */
  readonly directory: string;
  readonly targetName: string;
  readonly deploy: NonNullable<Manifest['deploy']>;
  /** `build.binary` of the manifest. */
  readonly binaryPath: string;
  readonly elfBuildId: string;
  readonly channel: string;
}

/** Puts a build into production the user's way. */
export interface DeployHookPort {
  /** Runs the hook, then reads the build ID of the process that it says serves now. Throws `deploy-failed`; `conflict` while the hook of an earlier move of the channel runs. */
  deploy(request: DeployHookRequest, signal: CancelSignal): Promise<{ readonly servingBuildId: string | null }>;
}
