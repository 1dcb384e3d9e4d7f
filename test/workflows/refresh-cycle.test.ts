import { WorkflowExecutionAlreadyStartedError, WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { HoneError } from '../../domain/errors.ts';
import { cycleStages } from '../../domain/model/cycle.ts';
import { type AllActivities, buildOf, commandManifest, fakeLoop, httpManifest, type Ledger, untilCancelled } from './fake-loop.ts';
import { serveLoops, type ServedLoops } from './served-loops.ts';

// Each test has a loop and a workflow of its own, and waits most of its time for the server: some go on at once, on one engine.
vi.setConfig({ maxConcurrency: 4 });

let loops: ServedLoops;
beforeAll(async () => {
  loops = await serveLoops();
});
afterAll(() => loops.close());

const runCycle: ServedLoops['runCycle'] = (...loop) => loops.runCycle(...loop);
const start: ServedLoops['start'] = (...loop) => loops.start(...loop);

const compileError = new HoneError('build-failed', 'make failed.', 'Mend it.', { details: ['main.c:3:1: error: expected ;'] });

describe.concurrent('a refresh cycle that succeeds', () => {
  it('goes through every stage in order, publishes one version, and gives everything back', async () => {
    const { ledger, result } = await runCycle();
    expect(result).toMatchObject({ state: 'succeeded', verdict: 'pass', releaseId: 'release', error: null });
    expect(ledger.events.filter(({ state }) => state === 'done').map(({ stage }) => stage)).toEqual(cycleStages);
    expect(ledger.published).toBe(1);
    expect(ledger.held).toEqual(new Set());
    expect(ledger.closed).toEqual([{ state: 'succeeded', error: null }]);
  });

  it('takes before it uses and gives back in the reverse order', async () => {
    const { ledger } = await runCycle();
    const order = [
      'openSession',
      'prepareData',
      'deployInstance',
      'startMirror',
      'warmUp',
      'collectWindow',
      'endTraining',
      'stopInstance',
      'mergeProfiles',
      'stopMirror',
      'closeSession',
    ];
    const positions = order.map((name) => ledger.calls.indexOf(name));
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(positions).not.toContain(-1);
  });

  it('compiles with the profile while its windows are still compared', async () => {
    const compiling = Promise.withResolvers<void>();
    const { activities } = fakeLoop();
    const { result } = await runCycle(() => ({
      overlapWindows: () => compiling.promise.then(() => [0.97, 0.98, 0.99]),
      tryProfile: (request) => {
        compiling.resolve();
        return activities.tryProfile(request);
      },
    }));
    expect(result.state).toBe('succeeded');
  });

  it('needs neither gateway nor mirror for a command drive', async () => {
    const { ledger, result } = await runCycle(undefined, commandManifest);
    expect(result.state).toBe('succeeded');
    expect(ledger.calls.filter((name) => /session|mirror|holdOut/i.test(name))).toEqual([]);
  });

  it('answers the progress query and sets the search attributes', async () => {
    const loop = fakeLoop();
    const handle = await start(loop);
    await handle.result();
    expect(await handle.query('progress')).toMatchObject({
      stage: 'offer-release',
      state: 'succeeded',
      windowsKept: 3,
      windowsRejected: 0,
    });
    expect((await handle.describe()).searchAttributes['HoneStage']).toEqual(['offer-release']);
  });
});

describe.concurrent('a refresh cycle that fails', () => {
  it('ends as failed with the compiler’s lines and compiles once', async () => {
    const { ledger, result } = await runCycle(() => ({ buildBinary: async () => Promise.reject(compileError) }));
    expect(result).toMatchObject({ state: 'failed', error: { code: 'build-failed', details: ['main.c:3:1: error: expected ;'] } });
    expect(ledger.calls.filter((name) => name === 'buildBinary')).toHaveLength(1);
    expect(ledger.held).toEqual(new Set());
  });

  const failing = [
    'prepareData',
    'deployInstance',
    'startMirror',
    'warmUp',
    'collectWindow',
    'endTraining',
    'holdOut',
    'closeSession',
    'mergeProfiles',
    'overlapWindows',
    'tryProfile',
    'publishProfile',
    'keepTrial',
    'openEvaluation',
    'offerRelease',
  ] as const;
  it.each(failing)('leaves nothing behind when %s fails', async (name) => {
    const { ledger, result } = await runCycle(() => ({ [name]: async () => Promise.reject(new HoneError('input-invalid', 'no', 'no')) }));
    expect(result.state).toBe('failed');
    expect(ledger.held).toEqual(new Set());
    expect(ledger.closed).toHaveLength(1);
  });

  const beside = [
    { fails: 'holdOut', goesOn: 'tryProfile' },
    { fails: 'closeSession', goesOn: 'tryProfile' },
    { fails: 'mergeProfiles', goesOn: 'holdOut' },
    { fails: 'buildBinary', goesOn: 'prepareData' },
  ] as const;
  it.each(beside)('waits for the end of $goesOn when $fails fails beside it', async ({ fails, goesOn }) => {
    const reached = Promise.withResolvers<void>();
    let ended = false;
    const { ledger, result } = await runCycle((inner) => ({
      [goesOn]: async () => {
        reached.resolve();
        return untilCancelled().finally(() => {
          ended = true;
          expect(inner.closed).toEqual([]);
        });
      },
      [fails]: async (request: { kind?: string }) => {
        if (request.kind === 'baseline') return buildOf('baseline');
        await reached.promise;
        throw new HoneError('input-invalid', 'no', 'no');
      },
    }));
    expect(result).toMatchObject({ state: 'failed', error: { code: 'input-invalid' } });
    expect(ended).toBe(true);
    expect(ledger.held).toEqual(new Set());
  });

  it('tries again what may come back', async () => {
    let failures = 0;
    const { result } = await runCycle(() => ({
      holdOut: async () => {
        if (++failures < 3) throw new HoneError('gateway-unreachable', 'away', 'wait');
        return { requests: 1 };
      },
    }));
    expect(result.state).toBe('succeeded');
    expect(failures).toBe(3);
  });

  it('is inconclusive when more than half of the windows are rejected', async () => {
    const { ledger, result } = await runCycle((inner) => ({
      collectWindow: async ({ index, attempt }) => ({
        id: `window-${index}-${attempt}` as never,
        index,
        attempt,
        kept: false,
        requests: 1000,
        rejections: [`steal on ${inner.calls.length}`],
        rawProfiles: [],
      }),
    }));
    expect(result).toMatchObject({ state: 'inconclusive', error: { code: 'windows-rejected' }, profileVersionId: null });
    expect(ledger.published).toBe(0);
    expect(ledger.held).toEqual(new Set());
  });

  it('fails before it compiles anything on a host that cannot measure', async () => {
    const { ledger, result } = await runCycle(() => ({
      describeHost: async () => Promise.reject(new HoneError('host-unfit', 'one core', 'give it two')),
    }));
    expect(result).toMatchObject({ state: 'failed', error: { code: 'host-unfit' } });
    expect(ledger.calls).not.toContain('buildBinary');
  });

  it('repeats a rejected window and keeps the cycle', async () => {
    const { result, ledger } = await runCycle(() => ({
      collectWindow: async ({ index, attempt }) => ({
        id: `window-${index}-${attempt}` as never,
        index,
        attempt,
        kept: !(index === 2 && attempt === 1),
        requests: 1000,
        rejections: [],
        rawProfiles: [],
      }),
    }));
    expect(result.state).toBe('succeeded');
    expect(ledger.calls.filter((name) => name === 'collectWindow')).toHaveLength(4);
  });

  it('deploys an instance that was lost again and repeats the window', async () => {
    let lost = 0;
    const { result, ledger } = await runCycle(() => ({
      collectWindow: async ({ index, attempt }) => {
        if (index === 2 && lost++ === 0) throw new HoneError('instance-lost', 'killed', 'see');
        return { id: `window-${index}` as never, index, attempt, kept: true, requests: 1000, rejections: [], rawProfiles: [] };
      },
    }));
    expect(result.state).toBe('succeeded');
    expect(ledger.calls.filter((name) => name === 'deployInstance')).toHaveLength(2);
  });

  it('publishes a bad profile as rejected and builds nothing with it', async () => {
    const { ledger, result } = await runCycle(() => ({
      mergeProfiles: async () => ({
        profile: { digest: '5'.repeat(64) as never, sizeBytes: 4096 },
        summary: {
          functions: 100,
          functionsWithCounts: 0,
          totalCount: 0,
          maximumCount: 0,
          blocks: 900,
          coveredShare: 0,
          density: 0,
          binaryIds: ['ab'.repeat(20)],
        },
      }),
    }));
    expect(result).toMatchObject({ state: 'rejected', error: { code: 'profile-rejected' } });
    expect(ledger.published).toBe(1);
    expect(ledger.calls).not.toContain('tryProfile');
    expect(ledger.calls).not.toContain('keepTrial');
  });
});

describe.concurrent('the host', () => {
  const hostEvents = ({ events }: Ledger) => events.filter(({ message }) => message.includes('another cycle or a stress window uses it'));

  it('is taken in the stage deploy, and nothing is said of waiting when it was free', async () => {
    const { ledger } = await runCycle();
    expect(hostEvents(ledger)).toEqual([]);
    expect(ledger.calls).not.toContain('acquireHost');
  });

  it('is waited for, and said to be, when another cycle has it', async () => {
    const { ledger, result } = await runCycle(() => ({ takeHost: async () => false }));
    expect(result.state).toBe('succeeded');
    expect(hostEvents(ledger)).toEqual([
      { stage: 'deploy', state: 'progress', message: 'waiting for fake: another cycle or a stress window uses it' },
    ]);
    expect(ledger.calls).toContain('acquireHost');
    expect(ledger.held).toEqual(new Set());
  });
});

describe.concurrent('several instances', () => {
  const two = { ...httpManifest, collection: { ...httpManifest.collection, instances: 2 } };
  /** Deploys with ports of their own, and notes what is asked. */
  const deploying = (asked: string[]): Partial<AllActivities> => ({
    deployInstance: async (spec) => {
      const place = spec.instanceId.endsWith('-2') ? 2 : 1;
      asked.push(`deploy ${place} on ${spec.core}`);
      const { instanceId, elfBuildId, core } = spec;
      return { instanceId, host: 'fake', port: 4000 + place, entrancePort: 5000 + place, pid: place, core, elfBuildId };
    },
    stopInstance: async ({ instanceId }) => {
      asked.push(`stop ${instanceId.endsWith('-2') ? 2 : 1}`);
      return null;
    },
    startMirror: async ({ ports }) => void asked.push(`ports ${ports.join(' ')}`),
  });

  it('are deployed on cores of their own, get requests together, and all end', async () => {
    const asked: string[] = [];
    const { ledger, result } = await runCycle(() => deploying(asked), two);
    expect(result.state).toBe('succeeded');
    // Both are deployed at once, and stopped at once.
    expect(asked.slice(0, 2).toSorted()).toEqual(['deploy 1 on 1', 'deploy 2 on 2']);
    expect(asked[2]).toBe('ports 5001 5002');
    expect(asked.slice(3).toSorted()).toEqual(['stop 1', 'stop 2']);
    expect(ledger.events.find(({ stage, state }) => stage === 'deploy' && state === 'done')?.message).toBe(
      'process 1 on fake, core 1, port 4001; process 2 on fake, core 2, port 4002',
    );
  });

  it('are all asked for again when one is lost, and all stopped when one does not start', async () => {
    const [asked, refused]: [string[], string[]] = [[], []];
    let losses = 0;
    const { result } = await runCycle(
      () => ({
        ...deploying(asked),
        warmUp: async ({ members }) => {
          if (losses++ === 0) throw new HoneError('instance-lost', 'killed', 'see');
          return { requests: members.length };
        },
      }),
      two,
    );
    expect(result.state).toBe('succeeded');
    expect(asked.filter((word) => word.startsWith('deploy'))).toHaveLength(4);
    expect(asked.filter((word) => word === 'ports 5001 5002')).toHaveLength(2);

    const broken = await runCycle(
      () => ({
        ...deploying(refused),
        deployInstance: async (spec) => {
          if (spec.instanceId.endsWith('-2')) throw new HoneError('instance-not-started', 'no', 'see');
          return deploying(refused).deployInstance!(spec);
        },
      }),
      two,
    );
    expect(broken.result).toMatchObject({ state: 'failed', error: { code: 'instance-not-started' } });
    expect(refused.toSorted()).toEqual(['deploy 1 on 1', 'stop 1', 'stop 2']);
  });
});

describe.concurrent('an event that cannot be stored', () => {
  it('costs neither those after it nor the cycle', async () => {
    const stored: number[] = [];
    const { result } = await runCycle(() => ({
      recordEvent: async ({ sequence }) => {
        if (sequence === 3) throw new HoneError('input-invalid', 'no', 'no');
        stored.push(sequence);
      },
    }));
    expect(result.state).toBe('succeeded');
    expect(stored.length).toBeGreaterThan(20);
    expect(stored).toEqual(Array.from({ length: stored.length + 1 }, (_, index) => index + 1).filter((sequence) => sequence !== 3));
  });
});

describe.concurrent('a refresh cycle that is cancelled', () => {
  const stages = [
    'captureSource',
    'buildBinary',
    'acquireHost',
    'prepareData',
    'deployInstance',
    'warmUp',
    'collectWindow',
    'holdOut',
    'mergeProfiles',
    'overlapWindows',
    'tryProfile',
    'measurePairs',
    'measureSpeed',
  ] as const;
  it.each(stages)('cleans up when it was in %s', async (name) => {
    const reached = Promise.withResolvers<void>();
    const loop = fakeLoop(() => ({
      takeHost: async () => name !== 'acquireHost',
      [name]: async () => {
        reached.resolve();
        return untilCancelled();
      },
    }));
    const handle = await start(loop);
    await reached.promise;
    await handle.cancel();
    const error = await handle.result().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(WorkflowFailedError);
    expect((error as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
    expect(loop.ledger.held).toEqual(new Set());
    expect(loop.ledger.closed).toEqual([{ state: 'cancelled', error: null }]);
  });

  it('is alone: a second cycle of the target is refused', async () => {
    const loop = fakeLoop(() => ({ captureSource: untilCancelled }));
    const handle = await start(loop, 'alone');
    await expect(loops.startEmpty('alone')).rejects.toBeInstanceOf(WorkflowExecutionAlreadyStartedError);
    await handle.cancel();
    await expect(handle.result()).rejects.toBeInstanceOf(WorkflowFailedError);
  });
});
