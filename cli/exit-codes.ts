/** What `hone` ends with; part of its interface, shown by `hone --help`. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  refused: 4,
  unreachable: 5,
  notPassed: 6,
  cancelled: 7,
  notVerified: 8,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The table below the help; docs/cli.md says the same. */
export const exitCodeHelp = `Exit codes
    0  done
    1  failed: a cycle or a deploy hook failed, a tool is missing, something unforeseen
    2  wrong usage, or a manifest that is not valid
    3  not found
    4  refused: a conflict with what is there (a cycle is active, the channel has moved), or not permitted
    5  the API, Temporal or Postgres does not answer
    6  the cycle ended well, and no release came of it: rejected, inconclusive, or a verdict other than pass
    7  the cycle or the stress window was cancelled
    8  a batch report does not verify, or says that its batch failed
  130  left by Ctrl-C; the cycle goes on
`;

const byErrorCode: Readonly<Record<string, ExitCode>> = {
  'manifest-invalid': exitCodes.usage,
  'input-invalid': exitCodes.usage,
  'target-not-found': exitCodes.notFound,
  'not-found': exitCodes.notFound,
  'blob-missing': exitCodes.notFound,
  conflict: exitCodes.refused,
  'cycle-already-active': exitCodes.refused,
  'host-busy': exitCodes.refused,
  'not-permitted': exitCodes.refused,
  'api-unreachable': exitCodes.unreachable,
  'engine-unavailable': exitCodes.unreachable,
  'store-unavailable': exitCodes.unreachable,
};

/** The exit code of an error's code; 1 for one that is not known here. */
export function exitCodeFor(errorCode: string): ExitCode {
  return Object.hasOwn(byErrorCode, errorCode) ? byErrorCode[errorCode]! : exitCodes.failed;
}
