const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Splits a text into user-perceived characters. */
export const splitGraphemes = (text: string): string[] =>
	Array.from(segments.segment(text), ({ segment }) => segment);
