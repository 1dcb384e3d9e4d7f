import { run } from './main.ts';
import { makeProcessIo } from './process-io.ts';

process.exitCode = await run(process.argv.slice(2), makeProcessIo());
