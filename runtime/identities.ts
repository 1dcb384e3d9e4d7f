import { join } from 'node:path';
import { gatewayUri, hostUriPrefix } from '../domain/ports/transport.ts';
import { openAuthority } from '../infra/certificates/authority.ts';
import { type RenewedIdentity, startIdentity } from '../infra/certificates/identity.ts';
import type { Config } from './config.ts';
import type { Logger } from './log.ts';

/** What the gateway shows to hosts. The authority lives in the data folder, which gateway and workers share. */
export function gatewayIdentity(config: Config, log: Logger): Promise<RenewedIdentity> {
  return startIdentity(authorityOf(config), { uri: gatewayUri, use: 'clientAuth' }, log);
}

/** What this host shows to the gateway. */
export function hostIdentity(config: Config, log: Logger): Promise<RenewedIdentity> {
  return startIdentity(authorityOf(config), { uri: `${hostUriPrefix}${encodeURIComponent(config.host)}`, use: 'serverAuth' }, log);
}

const authorityOf = ({ dataDirectory }: Config) => openAuthority(join(dataDirectory, 'certificates'));
