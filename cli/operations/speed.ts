const build = 'perSecond requests busyShare latencyRequests lost serverErrors senderLagMilliseconds latency { p50 p90 p99 maximum }';

/** What is asked of an evaluation's throughput and latency. */
export const speedSelection = `speed { candidateFirst core concurrency askedPerSecond baseline { ${build} } candidate { ${build} } }`;
