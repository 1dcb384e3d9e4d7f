import { type DoctorFinding, examineMachine } from '../doctor/doctor.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Program } from '../main.ts';
import { table } from '../output/table.ts';
import type { Session } from '../session.ts';

export function addDoctorCommand(program: Program, session: Session): void {
  program
    .command('doctor')
    .description('look for what Hone needs on this machine, and say how to install what is missing')
    .action(async () => {
      const findings = await examineMachine(session);
      session.answer(findings, text(findings));
      if (findings.some((finding) => finding.state === 'missing')) session.endWith(exitCodes.failed);
      else session.next('hone target add DIRECTORY');
    });
}

function text(findings: readonly DoctorFinding[]): string {
  const lines = table(findings, [
    { title: '', value: (finding) => finding.state },
    { title: 'NEEDED', value: (finding) => finding.name },
    { title: 'FOUND', value: (finding) => finding.found },
  ]);
  const advice = findings.filter((finding) => finding.advice !== null).map((finding) => `${finding.name}: ${finding.advice!}`);
  return advice.length === 0 ? lines : `${lines}\n${advice.join('\n')}\n`;
}
