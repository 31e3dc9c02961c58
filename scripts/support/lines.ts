/** The longest line taken, in characters. A recorded activity is a few hundred; a megabyte is a broken file. */
export const LONGEST_LINE = 1_000_000;

/** A file that is not what it was said to be; the message names what was found. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

/** One line of a file, without its line ending, and its number from 1. */
export interface TextLine {
  line: number;
  text: string;
}

/**
 * Splits UTF-8 bytes into lines that end in LF or CR LF, a chunk's lines at a time. Only LF counts as an end: JSON may
 * hold U+2028 and a lone CR inside a string, which Node's own line reader would split at.
 * @throws FormatError when a line is longer than `LONGEST_LINE`.
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TextLine[]> {
  // The decoder also drops a byte order mark.
  const decoder = new TextDecoder();
  let rest = '';
  let count = 0;
  for await (const chunk of chunks) {
    const pieces = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = pieces.pop() ?? '';
    if (rest.length > LONGEST_LINE)
      throw new FormatError(`Line ${count + pieces.length + 1} is longer than ${LONGEST_LINE} characters.`);
    const lines: TextLine[] = [];
    for (const text of pieces) {
      count += 1;
      lines.push({ line: count, text: text.endsWith('\r') ? text.slice(0, -1) : text });
    }
    yield lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield [{ line: count + 1, text: rest }];
}
