import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';

/** Runs an activity as the SDK does, as its given attempt. `onHeartbeat` hears every heartbeat's detail. */
export function runActivity<Result>(
  activity: () => Promise<Result>,
  attempt = 1,
  onHeartbeat: (detail: unknown) => void = () => {},
): Promise<Result> {
  // Failures are what such tests are about: only what the SDK itself cannot do is worth a line.
  const environment = new MockActivityEnvironment({ attempt }, { logger: new DefaultLogger('ERROR') });
  environment.on('heartbeat', onHeartbeat);
  return environment.run(activity);
}
