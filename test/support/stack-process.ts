import { readConfig } from '../../runtime/config.ts';
import { startStack } from '../../runtime/stack.ts';

/** A stack in a process of its own, which a test may kill. Says one line of JSON when it is up; ends on SIGTERM. */
const stack = await startStack(readConfig(), (line) => process.stderr.write(`${line}\n`));
process.once('SIGTERM', () => void stack.stop().then(() => process.exit(0)));
const { databaseUrl, temporalAddress } = stack;
process.stdout.write(`${JSON.stringify({ databaseUrl, temporalAddress })}\n`);
