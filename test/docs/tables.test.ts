import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exitCodeHelp, exitCodes } from '../../cli/exit-codes.ts';
import { HoneError, isHoneErrorCode } from '../../domain/errors.ts';
import { manifestSchema } from '../../domain/manifest/schema.ts';
import { cycleStages, cycleStates } from '../../domain/model/cycle.ts';
import { plain, readPage, root, tableRows } from './pages.ts';

const first = (rows: readonly (readonly string[])[]) => rows.map(([cell]) => plain(cell!));
const sourceOf = (path: string) => readFileSync(join(root, path), 'utf8');

test('docs/cycle.md has every error code, and says rightly which are retried', () => {
  const rows = tableRows(readPage('docs/cycle.md'), 'code', 'retryable', 'what it means', 'what to do');
  const declared = /const errorKinds = \{([\s\S]*?)\n\}/.exec(sourceOf('domain/errors.ts'))![1]!;
  const codes = [...declared.matchAll(/^ {2}'?([a-z-]+)'?: \{/gm)].map(([, code]) => code!);
  expect(codes.every(isHoneErrorCode)).toBe(true);
  expect(first(rows).toSorted()).toEqual(codes.toSorted());
  for (const [cell, retryable] of rows) {
    const code = plain(cell!);
    if (isHoneErrorCode(code)) expect(retryable, code).toBe(new HoneError(code, '', '').retryable ? 'yes' : 'no');
  }
});

test('docs/cycle.md has every stage in order, and every state', () => {
  const page = readPage('docs/cycle.md');
  expect(first(tableRows(page, 'stage', 'what happens'))).toEqual(cycleStages);
  expect(first(tableRows(page, 'state', 'meaning'))).toEqual(cycleStates);
});

test('docs/acceptance-and-verdicts.md has every check, every admission rule with its default, every verdict', () => {
  const page = readPage('docs/acceptance-and-verdicts.md');
  const rules = sourceOf('domain/rules/acceptance.ts');
  const made = [...rules.matchAll(/(?:check\(|const name = )'([a-z-]+)'/g)].map(([, name]) => name!);
  expect(new Set(first(tableRows(page, 'check', 'passes when')))).toEqual(new Set(made));
  expect(first(tableRows(page, 'verdict', 'when', 'what follows'))).toEqual(['pass', 'fail', 'inconclusive']);
  const { admission } = manifestSchema.shape.collection.parse({});
  const rows = tableRows(page, 'figure', 'key', 'default');
  expect(rows.map(([, key]) => plain(key!)).toSorted()).toEqual(Object.keys(admission).toSorted());
  for (const [, key, shown] of rows) {
    const value = admission[plain(key!) as keyof typeof admission];
    if (typeof value === 'number') expect(Number(shown), key).toBe(value);
  }
});

test('docs/cli.md has every exit code, in the words of the help', () => {
  const rows = tableRows(readPage('docs/cli.md'), 'code', 'meaning').map(([code, meaning]) => [
    code,
    meaning!.replace(/\.$/, '').toLowerCase(),
  ]);
  expect(rows.map(([code]) => Number(code))).toEqual(Object.values(exitCodes));
  const helped = [...exitCodeHelp.matchAll(/^ +(\d+) {2}(.+)$/gm)].map(([, code, meaning]) => [code, meaning!.toLowerCase()]);
  expect(rows).toEqual(helped);
});

test('docs/operations.md has every setting with its default', () => {
  const rows = tableRows(readPage('docs/operations.md'), 'setting', 'default', 'meaning');
  const settings = [...sourceOf('.env.example').matchAll(/^(HONE_\w+)=(.*)$/gm)];
  expect(first(rows)).toEqual(settings.map(([, name]) => name));
  for (const [, name, value] of settings) {
    if (name !== 'HONE_HOST') expect(plain(rows.find(([cell]) => plain(cell!) === name)![1]!), name).toBe(value);
  }
});

test('docs/benches.md has every bench', () => {
  const names = [...sourceOf('bench/run.ts').matchAll(/^ {2}(\w+): \(\) => import/gm)].map(([, name]) => name!);
  expect(first(tableRows(readPage('docs/benches.md'), 'bench', 'what it measures')).toSorted()).toEqual(names.toSorted());
});

test('ARCHITECTURE.md explains every dependency, and no other', () => {
  const { dependencies, devDependencies } = JSON.parse(sourceOf('package.json')) as Record<string, Record<string, string>>;
  const rows = tableRows(readPage('ARCHITECTURE.md'), 'package', 'why');
  expect(first(rows).toSorted()).toEqual(Object.keys({ ...dependencies, ...devDependencies }).toSorted());
  for (const [name, why] of rows) expect(why!.length, name).toBeGreaterThan(5);
});

test('ARCHITECTURE.md has the five stages in their order', () => {
  const stages = [...sourceOf('domain/model/collection.ts').matchAll(/readonly stage: (.+);/g)][0]![1]!;
  const names = stages.split('|').map((name) => name.trim().replaceAll("'", ''));
  expect(first(tableRows(readPage('ARCHITECTURE.md'), 'stage', 'what it does'))).toEqual(names);
});

test('the README stays short', () => {
  expect(readPage('README.md').text.split('\n').length).toBeLessThanOrEqual(190);
});
