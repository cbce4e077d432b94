/** Most bytes of the first message of who connects: a token and no more. */
export const ENTRY_LIMIT = 1024;
/** Most bytes of one message to the leader: a story with a long body. */
export const TO_LEADER_LIMIT = 8 * 2 ** 20;
/** Most bytes of one message to who follows: a whole board of many stories, or the kept output of a story. */
export const TO_FOLLOWER_LIMIT = 128 * 2 ** 20;
/** Most bytes of one message from an agent: a follow-up story with its text. */
export const FROM_AGENT_LIMIT = 256 * 1024;
