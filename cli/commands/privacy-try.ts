import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { issueText, parseManifest } from '../../domain/manifest/parse.ts';
import type { Manifest } from '../../domain/manifest/schema.ts';
import type { Explanation, ShownRequest } from '../../domain/model/explanation.ts';
import { Failure, type FailureData } from '../failure.ts';
import { table } from '../output/table.ts';
import type { Session } from '../session.ts';

/** The pipeline is no part of the command line: it is started as a process of its own, by its path. */
const tryProcess = fileURLToPath(new URL('../../runtime/processes/try-requests.ts', import.meta.url));

export interface TryOptions {
  readonly manifest?: string | undefined;
  readonly limit: number;
}

/** `hone privacy try FILE`: raw requests in, explanations out; nothing of it leaves this machine. */
export async function tryRequests(session: Session, file: string, { manifest, limit }: TryOptions): Promise<void> {
  const rules = manifest === undefined ? {} : await rulesOf(session.path(manifest));
  const sample = (await read(session.path(file))).toString('utf8');
  const explanations = await explain({ sample, limit, rules });
  session.answer(explanations, explanations.map(explanationText).join('\n'));
  if (explanations.length === 0) session.note('The file holds no request.');
}

async function rulesOf(path: string): Promise<Manifest['deidentification']> {
  const parsed = parseManifest((await read(path)).toString('utf8'));
  if (parsed.ok) return parsed.manifest.deidentification;
  const details = parsed.issues.map((issue) => issueText(path, issue));
  throw new Failure({ code: 'manifest-invalid', message: `${path} is not valid.`, advice: 'Correct it: hone target check.', details });
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure({ code: 'not-found', message: `${path} cannot be read: ${why}.`, advice: 'Check the path.' }, { cause });
  }
}

interface TryAnswer {
  readonly explanations?: readonly Explanation[];
  readonly error?: FailureData;
}

async function explain(request: unknown): Promise<readonly Explanation[]> {
  const child = spawn(process.execPath, [tryProcess], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  // A child that ends early leaves a broken pipe; its exit code and errors say why.
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify(request));
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) {
    const details = errors.trim().split('\n').slice(-5);
    throw new Failure({
      code: 'internal',
      message: 'The pipeline could not be run.',
      advice: 'Please report it with these lines.',
      details,
    });
  }
  const { explanations, error } = JSON.parse(output) as TryAnswer;
  if (error !== undefined) throw new Failure(error);
  return explanations ?? [];
}

function explanationText({ before, after, dropped, changes, headers }: Explanation): string {
  const sides = table(sidesOf(before, after, dropped), [
    { title: 'BEFORE', value: (row) => row.before },
    { title: 'AFTER', value: (row) => row.after },
  ]);
  if (dropped !== null && changes.length === 0) return sides;
  const reasons = [
    ...changes.map(({ place, fields, kind, before: raw, after: pseudonym, why }) => ({
      where: fields[0] === undefined ? place : `${place} ${fields.toReversed().join('.')}`,
      what: `${raw} → ${pseudonym === '' ? '(gone)' : pseudonym}`,
      why: `${kind}: ${why}`,
    })),
    ...headers.map(({ name, why }) => ({ where: `header ${name}`, what: '', why })),
  ];
  if (reasons.length === 0) return `${sides}\nNothing was changed.\n`;
  const listed = table(reasons, [
    { title: 'WHERE', value: (row) => row.where },
    { title: 'CHANGE', value: (row) => row.what },
    { title: 'WHY', value: (row) => row.why },
  ]);
  return `${sides}\n${listed}`;
}

function droppedText(dropped: Explanation['dropped']): string {
  if (dropped === null) return '';
  return `dropped by ${dropped.stage}: ${dropped.reason}${dropped.finding === null ? '' : ` (${dropped.finding})`}`;
}

interface Side {
  readonly before: string;
  readonly after: string;
}

/** The two requests line by line: each header beside itself, the bodies below. */
function sidesOf(before: ShownRequest, after: ShownRequest | null, dropped: Explanation['dropped']): readonly Side[] {
  const first = beside(`${before.method} ${before.target}`, after === null ? droppedText(dropped) : `${after.method} ${after.target}`);
  const left = new Map(after?.headers ?? []);
  const headers = before.headers.flatMap(([name, value]) => {
    const kept = left.get(name);
    left.delete(name);
    return beside(`${name}: ${value}`, kept === undefined ? '' : `${name}: ${kept}`);
  });
  const added = [...left].flatMap(([name, value]) => beside('', `${name}: ${value}`));
  const bodies = before.body === '' ? [] : [{ before: '', after: '' }, ...beside(before.body, after?.body ?? '')];
  return [...first, ...headers, ...added, ...bodies];
}

const width = 72;

/** Two texts as lines of a page's halves. */
function beside(before: string, after: string): readonly Side[] {
  const cut = (whole: string) => whole.split('\n').flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'gu')) ?? ['']);
  const [left, right] = [cut(before), cut(after)];
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => ({
    before: left[index] ?? '',
    after: right[index] ?? '',
  }));
}
