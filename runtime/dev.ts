import { HoneError } from '../domain/errors.ts';
import { readConfig } from './config.ts';
import { showError } from './show-error.ts';
import { startStack } from './stack.ts';
import { untilInterrupted } from './interrupted.ts';

/** `npm run dev`: the whole stack, until Ctrl-C. */
const say = (line: string) => process.stderr.write(`${line}\n`);
const interrupted = untilInterrupted();

try {
  const stack = await startStack(readConfig(), say);
  say(`Temporal UI: ${stack.temporalUiUrl}   logs: ${stack.logDirectory}`);
  say('Next: npx hone doctor, npx hone target add DIRECTORY. Ctrl-C stops everything.');
  await interrupted;
  await stack.stop();
} catch (error) {
  if (!(error instanceof HoneError)) throw error;
  showError(error, say);
  process.exitCode = 1;
}
process.exit();
