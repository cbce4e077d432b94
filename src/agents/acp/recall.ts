import type { SessionUpdate } from '@agentclientprotocol/sdk';
import type { Transcribe } from '../../core/agents/transcript/transcriptRecord';
import type { PastDeed } from './pastTalk';
import type { TalkRequest } from './talkRequest';
import type { Transcript } from './transcript';

interface Readers extends Pick<TalkRequest, 'onRaw' | 'onText' | 'messages'> {
  readonly transcript: Transcript;
  readonly transcribe: Transcribe;
}

/** Writes for those who read along what was said in a talk before anybody here listened, deed by deed. */
export function recall({ transcript, transcribe, onRaw, onText, messages }: Readers): (deed: PastDeed) => void {
  let isFirst = true;
  return (deed) => {
    switch (deed.kind) {
      case 'raw':
        return onRaw(deed.direction, deed.line);
      case 'noise':
        return transcript.note(deed.line);
      case 'beside':
        return onText(deed.text);
      case 'answered':
        return transcript.note(deed.allowed ? 'Allowed.' : 'Denied.');
      case 'prompt':
        messages.told(deed.told);
        if (isFirst) transcribe({ kind: 'told', text: deed.text });
        else transcript.heard(deed.text);
        isFirst = false;
        return;
      case 'update':
        if (deed.update != null) transcript.take(deed.update as SessionUpdate);
        return;
      default:
        deed satisfies never;
    }
  };
}
