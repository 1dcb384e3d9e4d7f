import { HoneError } from '../../domain/errors.ts';
import { readConfig, type Config } from '../config.ts';
import { makeLog, type Logger } from '../log.ts';

export interface RunningProcess {
  /** Settles when the process has nothing more to do; rejects when it cannot go on. */
  readonly ended: Promise<void>;
  stop(): void;
}

/** The frame of every process: configuration, log, `ready` on standard output, an orderly end on SIGTERM and SIGINT. */
export async function runProcess(name: string, start: (config: Config, log: Logger) => Promise<RunningProcess>): Promise<void> {
  let log = makeLog(name, { logLevel: 'info' });
  try {
    const config = readConfig();
    log = makeLog(name, config);
    const running = await start(config, log);
    process.once('SIGTERM', () => running.stop()).once('SIGINT', () => running.stop());
    process.stdout.write(`ready ${name}\n`);
    await running.ended;
    process.exit(0);
  } catch (error) {
    log.fatal(error instanceof HoneError ? { ...error.toData() } : { error: error instanceof Error ? error.stack : error }, 'cannot go on');
    process.exit(1);
  }
}
