import { recordLine, type Transcribe } from '../../core/agents/transcript/transcriptRecord';
import { agentTranscriptId } from '../../core/story/contentIds';
import type { EnginePorts } from '../ports';

/** What is said and done while an agent works on a story, kept as it comes. */
export interface AgentTranscript {
  readonly note: Transcribe;
  readonly close: () => Promise<void>;
}

export function openTranscript(
  { content, clock, log }: Pick<EnginePorts, 'content' | 'clock' | 'log'>,
  storyKey: string,
  who: string,
): AgentTranscript {
  const sink = content.openOutput(agentTranscriptId(storyKey));
  return {
    note: (deed) => sink.write(recordLine({ at: clock.now(), who, ...deed })),
    // Nothing is decided by it, so a full disk holds nothing up for it.
    close: () => sink.close().catch((error: unknown) => log.warn(`A transcript was not kept: ${String(error)}`)),
  };
}
