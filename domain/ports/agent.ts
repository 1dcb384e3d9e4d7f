/**
 * The collection agents of one instance: a socket per process and instrumented object (`<pid>-<object id>.sock`) in a folder
 * of mode 0700 that the host worker makes and names to the instance in HONE_AGENT_DIRECTORY. Each call goes to every live
 * agent in the folder, forked children included; sockets whose process is gone are removed. Every call throws
 * `agent-unreachable` when no agent answers, or when a live one does not answer in time or answers with an error.
 */
export interface AgentPort {
  /** How many agents answer; at least 1. */
  ping(directory: string): Promise<number>;
  /** Sets every counter to zero; answers how many agents did so. */
  reset(directory: string): Promise<number>;
  /** Writes the counters into the existing folder `outputDirectory`; answers the raw profiles' absolute paths, one per agent, sorted. */
  write(directory: string, outputDirectory: string): Promise<readonly string[]>;
}
