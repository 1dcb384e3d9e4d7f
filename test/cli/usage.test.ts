import { expect, test } from 'vitest';
import { run } from '../../cli/main.ts';
import { makeFakeIo } from './support/fake-io.ts';

async function hone(...argv: readonly string[]) {
  const io = makeFakeIo({ directory: '/' });
  const code = await run(argv, io);
  return { code, stdout: io.stdout(), stderr: io.stderr() };
}

const wrong: readonly (readonly [argv: string, message: string])[] = [
  ['frobnicate', "Unknown command 'frobnicate'."],
  ['release frobnicate', "Unknown command 'frobnicate'."],
  ['release', '"hone release" is not a whole command.'],
  ['', '"hone" is not a whole command.'],
  ['help frobnicate', '"hone help frobnicate" is not a whole command.'],
  ['release promote', "Missing required argument 'target'."],
  ['cycle show one two', "Too many arguments for 'show'. Expected 1 argument but got 2: one, two."],
  ['target list --bogus', "Unknown option '--bogus'."],
  ['profile list shop --limit', "Option '--limit <number>' argument missing."],
  [
    'profile show shop latest',
    "Command-argument value 'latest' is invalid for argument 'version'. A whole number of at least 1 is expected.",
  ],
  ['profile list shop --limit 0', "Option '--limit <number>' argument '0' is invalid. A whole number of at least 1 is expected."],
  ['--token', '"hone" is not a whole command.'], // --json stands where the token's text belongs
];

test.each(wrong)('with --json, wrong usage is answered as every other failure: hone %s', async (line, message) => {
  const { code, stdout, stderr } = await hone(...line.split(' ').filter(Boolean), '--json');
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toEqual({ error: { code: 'input-invalid', message, advice: 'hone --help shows every command.' } });
  expect(stderr).not.toBe('');
});

test('what was probably meant is part of the advice', async () => {
  const { stdout } = await hone('--json', 'release', 'promte');
  expect(JSON.parse(stdout)).toMatchObject({ error: { advice: 'Did you mean promote? hone --help shows every command.' } });
});

test('without --json wrong usage is told to people only, and help and version are no errors', async () => {
  expect(await hone('frobnicate')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('frobnicate') as string });
  expect(await hone('--version', '--json')).toMatchObject({ code: 0, stderr: '' });
});
