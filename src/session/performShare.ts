import type { ShareRequest } from '../core/sharing/sharingState';
import type { DecisionOutcome } from '../engine/agents/findingDecisions';
import { say, tell } from '../core/words/said';
import type { TeamSharing } from '../share/teamSharing';

/** Does what a person asks of sharing, and says what came of it. */
export async function performShare(sharing: TeamSharing, request: ShareRequest): Promise<DecisionOutcome> {
  switch (request.kind) {
    case 'start':
      return sharing.start(request.url, request.document, request.name);
    case 'stop':
      await sharing.stop();
      return {
        kind: 'done',
        ...tell(say('The stories are no longer shared. They stay here as they are, and with the others.')),
      };
    case 'decide':
      await sharing.decide(request.decision);
      return { kind: 'done', ...tell(say(DECIDED[request.decision])) };
    case 'landAlone':
      await sharing.landAlone(request.isOn);
      return { kind: 'done', message: '' };
    case 'noticed':
      await sharing.noticed(request.ids);
      return { kind: 'done', message: '' };
    default:
      return request satisfies never;
  }
}

const DECIDED = {
  take: 'The change of the others counts here now.',
  putBack: 'The stories are for everyone as they were here.',
};
