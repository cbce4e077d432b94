import type { SessionNotification } from '@agentclientprotocol/sdk';
import type { Transcribe } from '../../core/agents/transcript/transcriptRecord';
import type { PastTalk } from './pastTalk';
import type { TalkRequest } from './talkRequest';
import type { Transcript } from './transcript';

interface Readers extends Pick<TalkRequest, 'onRaw' | 'onText'> {
  readonly transcript: Transcript;
  readonly transcribe: Transcribe;
}

/** Writes for those who read along what was said in a talk before anybody here listened. Returns how often the agent was asked. */
export function recall({ deeds, sessionId }: PastTalk, { transcript, transcribe, onRaw, onText }: Readers): number {
  let turns = 0;
  for (const deed of deeds) {
    switch (deed.kind) {
      case 'raw':
        onRaw(deed.direction, deed.line);
        break;
      case 'noise':
        transcript.note(deed.line);
        break;
      case 'beside':
        onText(deed.text);
        break;
      case 'answered':
        transcript.note(deed.allowed ? 'Allowed.' : 'Denied.');
        break;
      case 'prompt':
        turns += 1;
        if (turns === 1) transcribe({ kind: 'told', text: deed.text });
        else transcript.heard(deed.text);
        break;
      case 'update': {
        const said = deed.params as Partial<SessionNotification> | null;
        if (said?.update != null && said.sessionId === sessionId) transcript.take(said.update);
        break;
      }
      default:
        deed satisfies never;
    }
  }
  return turns;
}
