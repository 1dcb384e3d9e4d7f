import { HoneError } from '../../domain/errors.ts';
import type { Mirror } from './mirror.ts';

/** For a target whose manifest has no mirror: it can be prepared and turned off, never on. */
export function makeNoMirror(): Mirror {
  return {
    prepare: () => Promise.resolve(),
    on: () =>
      Promise.reject(new HoneError('mirror-configuration', 'The manifest names no mirror.', 'Add the section "mirror" to hone.yaml.')),
    off: () => Promise.resolve(),
  };
}
