import { execFile } from 'node:child_process';
import { request } from 'node:http';
import { dirname, resolve } from 'node:path';
import { HoneError } from '../../domain/errors.ts';

export interface NginxCommand {
  /** The folder that relative includes start from: that of the configuration file. */
  readonly base: string;
  /** The whole configuration as nginx reads it. Throws `mirror-configuration` when nginx refuses it. */
  dump(): Promise<string>;
  /** The access log of a configuration that names none: a path, which may be relative to nginx's prefix. */
  builtInLog(): Promise<string>;
  /** Tests the configuration and signals the running nginx. Throws `mirror-configuration`, `mirror-unavailable`. */
  reload(): Promise<void>;
}

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const commandSeconds = 10;

/** Runs nginx's own program against the configuration of a manifest. */
export function makeNginxCommand(settings: {
  readonly nginxPath: string;
  readonly targetDirectory: string;
  readonly mirror: { readonly configuration: string; readonly prefix?: string | undefined };
}): NginxCommand {
  const { nginxPath, targetDirectory, mirror } = settings;
  const configuration = resolve(targetDirectory, mirror.configuration);
  const where = mirror.prefix === undefined ? [] : ['-p', `${resolve(targetDirectory, mirror.prefix)}/`];
  const nginx = (...options: string[]) => run(nginxPath, [...where, '-c', configuration, ...options]);

  const tested = async (option: '-t' | '-T') => {
    const { code, stdout, stderr } = await nginx(option);
    if (code !== 0) {
      throw new HoneError(
        'mirror-configuration',
        `nginx refuses its configuration ${configuration}.`,
        "Correct what nginx's own lines name, then try again.",
        {
          details: lastLines(stderr),
        },
      );
    }
    return stdout;
  };
  return {
    base: dirname(configuration),
    dump: () => tested('-T'),
    async builtInLog() {
      const { stderr } = await run(nginxPath, ['-V']);
      return /--http-log-path=(\S+)/.exec(stderr)?.[1] ?? 'logs/access.log';
    },
    async reload() {
      await tested('-t');
      const { code, stderr } = await nginx('-s', 'reload');
      if (code !== 0) {
        throw new HoneError(
          'mirror-unavailable',
          `nginx with ${configuration} could not be told to reload.`,
          'Start nginx, or check that Hone may signal it and that its pid file is right.',
          {
            details: lastLines(stderr),
          },
        );
      }
    },
  };
}

function lastLines(text: string): string[] {
  return text.trim().split('\n').slice(-10);
}

function run(program: string, options: readonly string[]): Promise<Ran> {
  return new Promise((resolveRun, reject) => {
    execFile(program, options, { timeout: commandSeconds * 1000, killSignal: 'SIGKILL', maxBuffer: 16 << 20 }, (error, stdout, stderr) => {
      if (error !== null && (error as NodeJS.ErrnoException).code === 'ENOENT') {
        reject(
          new HoneError(
            'tool-missing',
            `There is no nginx at ${program}.`,
            'Install nginx (Debian: apt install nginx-light) or correct the configured path.',
          ),
        );
      } else resolveRun({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, stdout, stderr });
    });
  });
}

/** The generation that answers on the socket; null when nobody listens there, empty when whoever does gives no answer. */
export function askGeneration(socketPath: string): Promise<string | null> {
  return new Promise((resolveAsk) => {
    const asking = request({ socketPath, path: '/hone-generation', timeout: 500, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => resolveAsk(text));
      answer.on('error', () => resolveAsk(''));
    });
    asking.on('timeout', () => asking.destroy());
    asking.on('error', (error: NodeJS.ErrnoException) => resolveAsk(nobodyListens.has(error.code ?? '') ? null : ''));
    asking.end();
  });
}

const nobodyListens: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED']);
