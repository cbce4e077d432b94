import { LookOnce } from '../../base/lookOnce';
import { SerialQueue } from '../../base/serialQueue';
import { judge, reportOf, type Finding } from '../../core/doctor/examine';
import type { DoctorReport, RepairOutcome } from '../../core/doctor/report';
import type { Commands } from '../../gates/readCommands';
import type { DoctorFacts } from '../../core/doctor/facts';
import { nextTurn } from './files';
import { gatherFacts } from './gather';
import { gatherKnown } from './gatherKnown';
import type { DoctorParts } from './parts';
import { refuse, say } from '../../core/words/said';
import { performRepair } from './repairs';

/** Looks at a repository and what Switchyard keeps of it, and repairs what was agreed to. */
export interface Doctor {
  /** Only reads. `notWorking`: why this window neither leads nor follows. */
  examine(notWorking: string | null): Promise<DoctorReport>;
  /** Finds what can be found without starting a program. */
  lookAtKnown(commands: Commands): Promise<DoctorReport>;
  /** Looks again, and repairs the finding of this key if it is still there. */
  repair(key: string): Promise<RepairOutcome>;
}

export function createDoctor(parts: (how?: { readonly asks: 'nothing' }) => Promise<DoctorParts>): Doctor {
  const repairs = new SerialQueue();
  let notWorkingNow: string | null = null;
  const looks = new LookOnce(async () => reportOn(await gatherFacts(await parts(), notWorkingNow)));
  return {
    examine: (notWorking) => {
      notWorkingNow = notWorking;
      return looks.ask();
    },
    lookAtKnown: async (commands) => reportOn(await gatherKnown(await parts({ asks: 'nothing' }), commands)),
    repair: (key) =>
      repairs.run(async () => {
        const now = await parts();
        const finding = (await findingsOf(await gatherFacts(now, null))).find((one) => one.key === key);
        if (finding === undefined) return refuse(say('That is not so any more. Nothing was changed.'));
        if (finding.decided === null) return refuse(say('There is no safe repair for this.'));
        const outcome = await performRepair(now, finding.decided);
        now.log.info(`[doctor] ${finding.id}: ${outcome.message}`);
        return outcome;
      }),
  };
}

/** All findings; others have their turn between two rules. */
async function findingsOf(facts: DoctorFacts): Promise<Finding[]> {
  const all: Finding[] = [];
  for (const found of judge(facts)) {
    all.push(...found);
    await nextTurn();
  }
  return all;
}

async function reportOn(facts: DoctorFacts): Promise<DoctorReport> {
  return reportOf(facts, await findingsOf(facts));
}
