/** What the composition roots take from here. */
export { makeLocalHost } from './local/make-local-host.ts';
export { hardwareClass } from './sensors/hardware-class.ts';
