import { startApi } from '../api-server.ts';
import { runProcess } from './run-process.ts';

await runProcess('api', async (config, log) => {
  const api = await startApi(config, log);
  const { promise, resolve } = Promise.withResolvers<void>();
  return { ended: promise, stop: () => void api.close().then(resolve, resolve) };
});
