export { makeAgentPort } from './clang/agent/client.ts';
export { makeBuildPort } from './clang/build-port.ts';
export { makeProfilePort } from './clang/profile-port.ts';
export { findTools } from './clang/tools.ts';
