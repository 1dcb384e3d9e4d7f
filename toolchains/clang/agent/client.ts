import { open, readdir, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { HoneError } from '../../../domain/errors.ts';
import type { AgentPort } from '../../../domain/ports/agent.ts';
import { diskFull } from '../../disk.ts';

/** What came of one request: the agent's answer, or that its process is gone. */
export type AgentAnswer = { readonly gone: false; readonly answer: string } | { readonly gone: true };

const defaultTimeoutMilliseconds = 5000;

/** Speaks to collection agents. `timeoutMilliseconds` bounds each agent's answer (a write takes about a millisecond per 400 KB). */
export function makeAgentPort(settings: { readonly timeoutMilliseconds?: number } = {}): AgentPort {
  const timeout = settings.timeoutMilliseconds ?? defaultTimeoutMilliseconds;
  const all = (directory: string, command: (socket: string) => string) => requestAll(directory, command, timeout);
  return {
    ping: async (directory) => (await all(directory, () => 'ping')).length,
    reset: async (directory) => (await all(directory, () => 'reset')).length,
    write: async (directory, outputDirectory) => {
      const target = (socket: string) => join(outputDirectory, `${basename(socket, '.sock')}.profraw`);
      const sockets = await all(directory, (socket) => `write ${target(socket)}`);
      const written = sockets.map(target).sort();
      for (const path of written) await assertWritten(path);
      return written;
    },
  };
}

/** The sockets in an agents' folder, sorted; none when there is no such folder. */
export async function listAgents(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => /^\d+-[0-9a-f]+\.sock$/.test(name))
    .sort()
    .map((name) => join(directory, name));
}

/**
 * Asks one agent. A socket that nobody listens on is removed. Throws `agent-unreachable` when the agent does not answer in
 * time, or answers with an error; `disk-full` when that is the error.
 */
export async function agentRequest(socketPath: string, command: string, timeoutMilliseconds: number): Promise<AgentAnswer> {
  // A socket's address has room for 108 bytes; through /proc the folder's own length does not count.
  const folder = await open(dirname(socketPath), 'r');
  try {
    const answer = await converse(`/proc/self/fd/${folder.fd}/${basename(socketPath)}`, command, timeoutMilliseconds);
    if (answer === null) {
      await rm(socketPath, { force: true });
      return { gone: true };
    }
    if (answer === 'ok' || answer.startsWith('ok ')) return { gone: false, answer };
    if (/\b(ENOSPC|EDQUOT)$/.test(answer)) throw diskFull('writing the counters of an instance');
    throw unreachable(`The collection agent ${socketPath} answered "${answer}" to "${command.split(' ')[0]}"`);
  } catch (error) {
    if (error instanceof HoneError) throw error;
    throw unreachable(`The collection agent ${socketPath} failed on "${command.split(' ')[0]}"`, error);
  } finally {
    await folder.close();
  }
}

/** The sockets whose agents did what was asked. */
async function requestAll(directory: string, command: (socket: string) => string, timeoutMilliseconds: number): Promise<readonly string[]> {
  const sockets = await listAgents(directory);
  const outcomes = await Promise.all(
    sockets.map(async (socket) => {
      const outcome = await agentRequest(socket, command(socket), timeoutMilliseconds);
      return outcome.gone ? [] : [socket];
    }),
  );
  const alive = outcomes.flat();
  if (alive.length === 0) throw unreachable(`No collection agent answers in ${directory}`);
  return alive;
}

/** The answer's line without its end; null when nobody listens, or the process ended before it answered. */
function converse(path: string, command: string, timeoutMilliseconds: number): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    let received = '';
    const timer = setTimeout(() => socket.destroy(new Error(`no answer within ${timeoutMilliseconds} ms`)), timeoutMilliseconds);
    socket.once('connect', () => socket.write(`${command}\n`));
    socket.setEncoding('utf8').on('data', (text: string) => {
      received += text;
      if (received.includes('\n')) socket.destroy();
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const goneCodes = ['ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EPIPE'];
      if (!goneCodes.includes(error.code ?? '')) reject(error);
    });
    socket.once('close', () => {
      clearTimeout(timer);
      const end = received.indexOf('\n');
      resolve(end === -1 ? null : received.slice(0, end));
    });
  });
}

async function assertWritten(path: string): Promise<void> {
  const bytes = await stat(path).then(
    (facts) => facts.size,
    () => 0,
  );
  if (bytes === 0) throw unreachable(`The collection agent said that it wrote ${path}, but there is nothing in it`);
}

function unreachable(what: string, cause?: unknown): HoneError {
  return new HoneError(
    'agent-unreachable',
    `${what}${cause instanceof Error ? `: ${cause.message}` : ''}.`,
    'The instance must run an instrumented build of this Hone, with LDFLAGS honoured by its build; see its last lines of output.',
    { cause },
  );
}
