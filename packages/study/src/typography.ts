/** Letters of 12 px system type are narrower than this on average; text cannot be measured without a screen. */
export const letterWidth = 6.6;
