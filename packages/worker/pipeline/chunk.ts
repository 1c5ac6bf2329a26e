/** A token's place in a text, in characters. */
export interface TokenPlace {
  start: number;
  stop: number;
}

/** Finds the tokens of texts, as the embedding model would. */
export type Tokenize = (texts: readonly string[]) => Promise<TokenPlace[][]>;

/** Characters that are looked at together: the server takes only so much at once. */
const windowCharacters = 20_000;

/**
 * Cuts a text into pieces of at most `tokens` tokens of the embedding model, where a paragraph, sentence or word ends if one does in the
 * last half of the piece. Nothing is lost: the pieces together are the text without the white space between them.
 */
export async function chunksOf(text: string, tokens: number, tokenize: Tokenize): Promise<string[]> {
  const windows = cut(text, (rest) =>
    rest.length > windowCharacters ? naturalEnd(rest.slice(0, windowCharacters)) : rest.length,
  );
  const pieces: string[] = [];
  for (const window of windows) {
    const [places = []] = await tokenize([window]);
    let first = 0;
    pieces.push(
      ...cut(window, (rest) => {
        const start = window.length - rest.length;
        while ((places[first]?.start ?? Infinity) < start) first++;
        const beyond = places[first + tokens];
        return beyond === undefined ? rest.length : naturalEnd(rest.slice(0, Math.max(1, beyond.start - start)));
      }),
    );
  }
  return pieces.map((piece) => piece.trim()).filter((piece) => piece !== "");
}

/** Cuts a text again and again after as many characters as `lengthOf` says of the rest. */
function cut(text: string, lengthOf: (rest: string) => number): string[] {
  const parts: string[] = [];
  for (let rest = text; rest !== ""; rest = rest.slice(parts.at(-1)?.length)) parts.push(rest.slice(0, lengthOf(rest)));
  return parts;
}

/** Where a part ends best: after its last paragraph, else sentence, else word, unless that is in its first half. */
function naturalEnd(part: string): number {
  for (const end of [/\n\s*\n/g, /[.!?]\s/g, /\s/g]) {
    const last = [...part.matchAll(end)].at(-1);
    const place = last ? last.index + last[0].length : 0;
    if (place > part.length / 2) return place;
  }
  return part.length;
}
