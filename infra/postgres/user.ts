/** The user that Postgres runs as when Hone runs as root: Postgres refuses root. 65534 is `nobody` on every Linux. */
const unprivilegedId = 65534;

/**
 * How to start a Postgres program that ends with its parent. As root it runs unprivileged but for one capability, to pass
 * through folders that only root may enter (a checkout below /root). Without the secure bit the kernel leaves that capability out of
 * access(2), by which initdb looks for the server beside itself.
 */
export function asPostgresUser(program: string, args: readonly string[]): { readonly command: string; readonly args: readonly string[] } {
  const drop =
    process.getuid?.() === 0
      ? [
          `--reuid=${unprivilegedId}`,
          `--regid=${unprivilegedId}`,
          '--clear-groups',
          '--securebits=+no_setuid_fixup',
          '--inh-caps=-all,+dac_override',
          '--ambient-caps=+dac_override',
          '--bounding-set=-all,+dac_override',
        ]
      : [];
  return { command: 'setpriv', args: [...drop, '--pdeathsig', 'INT', '--', program, ...args] };
}

/** The owner that the data directory needs: null when it is the current user's own. */
export function postgresOwner(): { readonly uid: number; readonly gid: number } | null {
  return process.getuid?.() === 0 ? { uid: unprivilegedId, gid: unprivilegedId } : null;
}
