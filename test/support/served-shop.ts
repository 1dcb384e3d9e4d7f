import { afterAll, beforeAll, expect } from 'vitest';
import { type ServedApi, serveApi } from '../cli/support/served-api.ts';
import { seed, type TargetSeed } from './seed.ts';

/** What a test of the command line asks about: made once for the file. */
export interface ServedShop {
  readonly api: ServedApi;
  /** The target `shop`. */
  readonly shop: TargetSeed;
  /** Its one cycle, whole: windows, version, evaluation, release. */
  readonly loop: Awaited<ReturnType<TargetSeed['loop']>>;
  /** What a command that succeeds writes with --json: one JSON value on standard output, nothing for people. */
  json(...argv: readonly string[]): Promise<unknown>;
}

/** For the top of a file of tests: the real API with a target that has run one cycle. */
export function useServedShop(): ServedShop {
  let api: ServedApi;
  let shop: TargetSeed;
  let loop: ServedShop['loop'];
  beforeAll(async () => {
    api = await serveApi();
    shop = await seed(api.store).target('shop');
    loop = await shop.loop();
  });
  afterAll(() => api.close());
  return {
    get api() {
      return api;
    },
    get shop() {
      return shop;
    },
    get loop() {
      return loop;
    },
    async json(...argv) {
      const { stdout, stderr, code } = await api.hone(...argv, '--json');
      expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
      return JSON.parse(stdout) as unknown;
    },
  };
}
