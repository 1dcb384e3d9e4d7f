import { pino, type Logger } from 'pino';
import type { Config } from './config.ts';

export type { Logger };

/** JSON lines on standard error; standard output belongs to what the process was asked for. */
export function makeLog(name: string, { logLevel }: Pick<Config, 'logLevel'>): Logger {
  return pino({ name, level: logLevel, base: { pid: process.pid } }, pino.destination({ dest: 2, sync: true }));
}
