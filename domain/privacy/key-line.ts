import { asId, type Digest } from '../ids.ts';
import { batchReportFormat, type GatewayKey } from '../model/batch-report.ts';

/** A gateway's public key as a line of a file: format, id, key. The gateway writes it, `hone privacy key` prints it, `--trust` reads it. */
export function keyLine({ keyId, publicKey }: GatewayKey): string {
  return `${batchReportFormat} ${keyId} ${publicKey}\n`;
}

/** The keys of such a file, one a line; empty lines and those that begin with `#` are left out. Null when a line is none. */
export function readKeyLines(text: string): readonly GatewayKey[] | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const keys = lines.map((line) => /^(\S+) ([0-9a-f]{64}) ([A-Za-z0-9+/]+=*)\s*$/.exec(line));
  return keys.some((key) => key?.[1] !== batchReportFormat)
    ? null
    : keys.map((key) => ({ keyId: asId<Digest>(key?.[2] ?? ''), publicKey: key?.[3] ?? '' }));
}
