// Run as a process of its own: lets Temporal's SDK fetch the server it was made for into the folder named by the first argument.
// Where the vendor cannot be reached the SDK may wait for ever: no byte within the seconds of the second argument ends it.
import { readdirSync } from 'node:fs';
import { TestWorkflowEnvironment } from '@temporalio/testing';

const [folder, firstByteSeconds] = process.argv.slice(2);
const watch = setTimeout(
  () => {
    if (readdirSync(folder).length > 0) return;
    process.stderr.write(`error: nothing came within ${firstByteSeconds} s\n`);
    process.exit(1);
  },
  Number(firstByteSeconds) * 1000,
);

const environment = await TestWorkflowEnvironment.createLocal({
  server: { executable: { type: 'cached-download', downloadDir: folder, ttl: '3650d' } },
});
clearTimeout(watch);
await environment.teardown();
