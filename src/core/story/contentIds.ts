import type { AgentText } from '../agents/transcript/agentText';

/**
 * Names of what the content store keeps for a story, by its key: `<story key>:<what>`. The names are part of what is on
 * disk and of the decisions that read them, so they are written here and nowhere else.
 */

/** The story's Markdown body. */
export function bodyId(storyKey: string): string {
  return `${storyKey}:body`;
}

/** What the commands said that made its worktree ready. */
export function setUpOutputId(storyKey: string): string {
  return `${storyKey}:set_up`;
}

/** What the commands said that its criteria name, on what landed. */
export function criteriaOutputId(storyKey: string): string {
  return `${storyKey}:criteria`;
}

/** What its agents said. */
export function agentOutputId(storyKey: string): string {
  return `${storyKey}:agent_output`;
}

/** The same as the agents' programs printed it, where that is no text for people. */
export function agentRawOutputId(storyKey: string): string {
  return `${storyKey}:agent_raw`;
}

/** Who said and did what while its agents worked, a record a line. */
export function agentTranscriptId(storyKey: string): string {
  return `${storyKey}:agent_transcript`;
}

/** What the agent that worked on it last said, as records or as it was printed. */
export function agentTextId(storyKey: string, which: AgentText): string {
  return which === 'raw' ? agentRawOutputId(storyKey) : agentTranscriptId(storyKey);
}

/** The runs of agents of which what was said is kept, one after another. */
export function pastRunsId(storyKey: string): string {
  return `${storyKey}:agent_runs`;
}

/** What was said in one of those. */
export function pastTextId(storyKey: string, which: AgentText, slot: number): string {
  return `${agentTextId(storyKey, which)}_${slot}`;
}

/** What an agent said that raced, laid aside while the branches change hands; by the name of what it said. */
export function racedOutputId(outputId: string): string {
  return outputId.replace(':', ':raced_');
}

/** What gates said of the story itself. */
export function qaOutputId(storyKey: string): string {
  return `${storyKey}:qa_output`;
}

/** Which of its changed lines its tests did not notice, and of which commit. */
export function honestyId(storyKey: string): string {
  return `${storyKey}:test_honesty`;
}

/** What gates said of the story without others that stood before it, or of its merge ahead of the queue. */
export function probeOutputId(storyKey: string): string {
  return `${storyKey}:probe_output`;
}

/** What gates said of the story together with another one, by that one's number, where both may land. */
export function togetherOutputId(storyKey: string, other: number): string {
  return `${storyKey}:together_${other}`;
}

/** What gates said of the commit that would land. */
export function gateOutputId(storyKey: string): string {
  return `${storyKey}:gate_output`;
}

/** What gates said of the target, when the story's own were red on it. */
export function targetOutputId(storyKey: string): string {
  return `${storyKey}:target_output`;
}

/** What the gates said that run after a landing. */
export function landedOutputId(storyKey: string): string {
  return `${storyKey}:landed_output`;
}

/** What was said about its changes, and when they were looked at. */
export function reviewId(storyKey: string): string {
  return `${storyKey}:review`;
}

/** What went to its coder with the last Reject. */
export function reviewTextId(storyKey: string): string {
  return `${storyKey}:review_text`;
}
