import { createHash, createPublicKey, verify } from 'node:crypto';
import { asId, type Digest } from '../../domain/ids.ts';
import type { ReportCryptography } from '../../domain/privacy/verify-report.ts';

const sha256 = (bytes: string | Uint8Array): Digest => asId<Digest>(createHash('sha256').update(bytes).digest('hex'));

/** SHA-256 and Ed25519 of Node's own library: the command line verifies by itself, and asks nobody. */
export const reportCryptography: ReportCryptography = {
  sha256Text: sha256,
  sha256Base64: (base64) => sha256(Buffer.from(base64, 'base64')),
  isBase64: (text) => text !== '' && Buffer.from(text, 'base64').toString('base64') === text,
  verify(text, signature, publicKey) {
    try {
      const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
      return key.asymmetricKeyType === 'ed25519' && verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
    } catch {
      return false;
    }
  },
};
