import type { Program } from '../main.ts';
import type { Session } from '../session.ts';
import { defaultLimit, positiveInteger } from './arguments.ts';
import { auditTarget } from './privacy-audit.ts';
import { showBudget } from './privacy-budget.ts';
import { rotate, showEpochs } from './privacy-epochs.ts';
import { downloadReport, showKeys, verifyFile } from './privacy-proof.ts';
import { tryRequests } from './privacy-try.ts';

export function addPrivacyCommands(program: Program, session: Session): void {
  const privacy = program.command('privacy').description('what leaves of the mirrored traffic, and the proof of it');
  privacy
    .command('budget')
    .argument('<target>', "the target's name")
    .option('--limit <number>', 'how many lines of the ledger', positiveInteger, defaultLimit)
    .description('the budget of differential privacy: what is spent in this epoch, what is left, and the ledger')
    .action((target, { limit }) => showBudget(session, target, limit));
  privacy
    .command('epochs')
    .argument('<target>', "the target's name")
    .option('--limit <number>', 'how many epochs', positiveInteger, defaultLimit)
    .description('the epochs: when each key was made and destroyed, and how many corpora it encrypts')
    .action((target, { limit }) => showEpochs(session, target, limit));
  privacy
    .command('rotate')
    .argument('<target>', "the target's name")
    .option('--reason <text>', 'kept with the record', 'no reason given')
    .description('end the epoch that runs: its key is destroyed, at once or when the cycle that works with it has ended')
    .action((target, { reason }) => rotate(session, target, reason));
  privacy
    .command('audit')
    .argument('<target>', "the target's name")
    .option('--limit <number>', 'how many reports', positiveInteger, defaultLimit)
    .description('the proof: signed reports verified again, canaries, drops, budget')
    .action((target, { limit }) => auditTarget(session, target, limit));
  privacy
    .command('verify')
    .argument('<file>', 'a signed report, as it was downloaded')
    .option('--trust <file>', 'the public keys that may have signed it: what hone privacy key printed, or the gateway wrote')
    .option('--corpus <file...>', 'files of the batch: their SHA-256 must be in the report')
    .description('verify a report without any connection; ends with 8 when it does not hold or its batch failed')
    .action((file, options) => verifyFile(session, file, options));
  privacy
    .command('report')
    .argument('<cycle>', "the cycle's id")
    .option('--output <file>', 'where to; privacy-CYCLE.json in this folder without it')
    .description("fetch the signed report of a cycle's batch; its SHA-256 is checked")
    .action((cycle, { output }) => downloadReport(session, cycle, output));
  privacy
    .command('key')
    .description('the public keys with which the gateways sign their reports, for --trust')
    .action(() => showKeys(session));
  privacy
    .command('try')
    .argument('<file>', 'your own requests: JSON lines, a HAR, or one raw HTTP request')
    .option('--manifest <file>', 'a hone.yaml whose rules apply; without it the defaults')
    .option('--limit <number>', 'how many requests', positiveInteger, defaultLimit)
    .description('what would happen to a sample, side by side, each change with its rule; nothing leaves this machine')
    .action((file, options) => tryRequests(session, file, options));
}
