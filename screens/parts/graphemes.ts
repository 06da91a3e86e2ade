const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** A text by what a person takes for one character. */
export const graphemes = (text: string): string[] =>
	Array.from(segments.segment(text), ({ segment }) => segment);
