import { describeExit } from './launch.ts';
import type { ProgramExit } from './launch.ts';
import { HoneError } from '../../domain/errors.ts';
import type { InstanceId } from '../../domain/ids.ts';
import type { InstanceSpec } from '../../domain/ports/host.ts';

/** The program ended before it was ready; `details` are its last lines. */
export function notStarted(spec: InstanceSpec, exit: ProgramExit | null, details: readonly string[]): HoneError {
  const what = `Build ${spec.elfBuildId} did not start: it ${describeExit(exit)} before it was ready.`;
  const command = spec.manifest.run.command.join(' ');
  const advice = `Run it by hand with run.command of the manifest (${command}); it must stay in the foreground and listen on {port}.`;
  return new HoneError('instance-not-started', what, advice, { details });
}

/** The program runs but did not answer in time. */
export function notReady(spec: InstanceSpec, details: readonly string[]): HoneError {
  const { path, timeoutSeconds } = spec.manifest.run.ready;
  const what = `Build ${spec.elfBuildId} was not ready within ${timeoutSeconds} s: GET ${path} had no answer with a status below 400.`;
  return new HoneError('instance-not-ready', what, 'Check run.ready.path, or raise run.ready.timeoutSeconds.', { details });
}

/** The program is gone where it should run. */
export function instanceLost(instanceId: InstanceId, how: string, details: readonly string[]): HoneError {
  const advice = 'Read its last lines; a crash of an instrumented build is often a crash of the program itself.';
  return new HoneError('instance-lost', `Instance ${instanceId} ${how}.`, advice, { details });
}

/** The host's own files could not be written. */
export function diskFull(cause: unknown): HoneError {
  const what = "No space left on the load-test host's disk while an instance was deployed.";
  return new HoneError('disk-full', what, 'Free space in the data folder.', { cause });
}
