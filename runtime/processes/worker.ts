import { startWorkers } from '../worker.ts';
import { runProcess } from './run-process.ts';

await runProcess('worker', async (config, log) => {
  const workers = await startWorkers(config, log);
  return { ended: workers.ended, stop: () => workers.shutdown() };
});
