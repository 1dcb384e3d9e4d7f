import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { readConfig } from '../../runtime/config.ts';

test('.env.example, loaded into a shell as its first lines say, gives the defaults', async () => {
  const text = await readFile('.env.example', 'utf8');
  const load = /^# {3}(set -a; \. \.\/\.env; set \+a); npm run dev$/m.exec(text)![1]!.replace('./.env', './.env.example');
  const { stdout } = await promisify(execFile)('sh', ['-ec', `${load}; exec env`], { env: { PATH: '/usr/bin:/bin' } });
  const environment = Object.fromEntries(stdout.split('\n').map((line) => [line.split('=')[0]!, line.slice(line.indexOf('=') + 1)]));
  expect(Object.keys(environment)).toEqual(expect.arrayContaining(['HONE_DATA', 'HONE_NGINX', 'HONE_LOG_LEVEL']));
  expect(readConfig(environment)).toEqual(readConfig({}));
  expect(readConfig({ ...environment, HONE_API_PORT: '4000' }).apiPort).toBe(4000);
});

test('every mistake of the settings is named at once', () => {
  expect(readConfig({ HONE_REGION: 'DE' }).country).toBe('DE');
  expect(() => readConfig({ HONE_API_PORT: 'many', HONE_REGION: 'Germany', HONE_LOG_LEVEL: 'loud' })).toThrow(
    expect.objectContaining({
      code: 'input-invalid',
      details: [
        expect.stringMatching(/^HONE_REGION: .*DE/),
        expect.stringMatching(/^HONE_API_PORT: /),
        expect.stringMatching(/^HONE_LOG_LEVEL: /),
      ],
    }),
  );
});
