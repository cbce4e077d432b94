/** What a page says, beside its messages, the moment that keys no longer go to it. */
export const LOST_KEYS = 'lostKeys';
