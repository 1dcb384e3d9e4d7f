import { writeFile } from 'node:fs/promises';
import type { SessionId } from '../../domain/ids.ts';

/** Writes the program behind $HONE_PSEUDONYMISE: it streams JSON lines through the gateway, which alone knows the key. */
export async function writeFilterScript(path: string, controlSocket: string, sessionId: SessionId): Promise<void> {
  const request = { socketPath: controlSocket, method: 'POST', path: `/sessions/${encodeURIComponent(sessionId)}/pseudonymise` };
  const script = `#!/bin/sh
':' //; exec "${process.execPath}" "$0"
const { request } = require('node:http');
const fail = (message) => { process.stderr.write('hone: ' + message + '\\n'); process.exit(1); };
process.stdout.on('error', () => process.exit(1));
const asking = request(${JSON.stringify(request)}, (answer) => {
  if (answer.statusCode !== 200) {
    let text = '';
    answer.on('data', (part) => (text += part));
    answer.on('end', () => fail(text));
    return;
  }
  answer.on('error', (error) => fail('the gateway broke off: a line is no JSON, or the gateway stopped (' + error.message + ')'));
  answer.pipe(process.stdout);
});
asking.on('error', (error) => fail('the gateway cannot be reached: ' + error.message));
process.stdin.pipe(asking);
`;
  await writeFile(path, script, { mode: 0o700 });
}
