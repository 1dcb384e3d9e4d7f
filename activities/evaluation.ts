import type { EvaluationClose, EvaluationStanding, HostActivities, PairsRequest } from '../domain/contracts/host-activities.ts';
import type { EvaluationId } from '../domain/ids.ts';
import type { AnswerComparison, EndpointFigure, EvaluationPair, Verdict } from '../domain/model/evaluation.ts';
import type { LongCall } from '../domain/ports/toolchain.ts';
import { concludeEvaluation } from '../domain/rules/conclusion.ts';
import { endpointFigures, judge } from '../domain/statistics/verdict.ts';
import type { Exclusive, HostActivityPorts } from './host-ports.ts';
import { leaseKeeper } from './lease.ts';
import { longCall } from './long-call.ts';
import { untilStored } from './until-stored.ts';

const mostExamples = 10;

/** Pairs are stored as they are measured: an evaluation goes on where it was, with the coins it had. */
export function evaluationActivities(
  { host, store, tossCoin }: HostActivityPorts,
  exclusive: Exclusive,
): Pick<HostActivities, 'openEvaluation' | 'measurePairs' | 'closeEvaluation'> {
  const keepLease = leaseKeeper(host.name, store.hosts);

  async function measureOne(request: PairsRequest, index: number, call: LongCall): Promise<void> {
    const candidateFirst = await untilStored(call, () => store.evaluations.recordCoin(request.evaluationId, index, tossCoin()));
    const { manifest, baseline, candidate, sourceArchive, data, heldOut } = request;
    const { pair, answers } = await host.measurePair(
      { index, candidateFirst, manifest, baseline, candidate, sourceArchive, data, heldOut },
      call,
    );
    await untilStored(call, () => store.evaluations.savePair(request.evaluationId, pair, answers));
  }

  async function standingOf(id: EvaluationId, manifest: PairsRequest['manifest']): Promise<EvaluationStanding> {
    const { pairs, answers } = await stored(id);
    const { interval, decided } = judge(pairs, manifest.evaluation);
    const answersDifferent = answers.different;
    return { pairs: pairs.length, interval, answersDifferent, decided: answersDifferent > 0 ? 'fail' : decided };
  }

  async function stored(id: EvaluationId): Promise<{ pairs: readonly EvaluationPair[]; answers: AnswerComparison }> {
    const rows = await store.evaluations.pairs(id);
    return { pairs: rows.map(({ pair }) => pair), answers: addAnswers(rows.map(({ answers }) => answers)) };
  }

  async function conclude({ evaluationId, manifest, undecided, failure }: EvaluationClose) {
    const { pairs, answers } = await stored(evaluationId);
    const { interval, decided } = judge(pairs, manifest.evaluation);
    const outcome: { verdict: Verdict; sentence: string } = concludeEvaluation({
      pairs: pairs.length,
      interval,
      decided,
      answers,
      undecided,
      failure,
      policy: manifest.evaluation,
    });
    const endpoints: readonly EndpointFigure[] = endpointFigures(pairs, manifest.evaluation);
    await store.evaluations.close(evaluationId, { ...outcome, interval, endpoints, answers });
    return { ...outcome, interval };
  }

  return {
    openEvaluation: ({ evaluationId, ...rest }) =>
      longCall(async (call) => {
        await untilStored(call, () => store.evaluations.open({ id: evaluationId, ...rest }));
      }),

    measurePairs: (request) =>
      longCall((call) =>
        exclusive(request.evaluationId, async () => {
          const measured = await untilStored(call, () => store.evaluations.pairs(request.evaluationId));
          const done = new Set(measured.map(({ pair }) => pair.index));
          for (let index = 1; index <= request.upTo; index += 1) {
            call.signal.throwIfAborted();
            if (done.has(index)) continue;
            await untilStored(call, () => keepLease(request.cycleId));
            await measureOne(request, index, call);
          }
          return untilStored(call, () => standingOf(request.evaluationId, request.manifest));
        }),
      ),

    closeEvaluation: (request) => longCall((call) => untilStored(call, () => conclude(request))),
  };
}

function addAnswers(all: readonly AnswerComparison[]): AnswerComparison {
  return {
    compared: all.reduce((sum, { compared }) => sum + compared, 0),
    different: all.reduce((sum, { different }) => sum + different, 0),
    examples: all.flatMap(({ examples }) => examples).slice(0, mostExamples),
  };
}
