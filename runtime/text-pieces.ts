import type { LlamaModel, Token } from 'node-llama-cpp';

/** Turns tokens that come one by one into text. */
export interface TextPieces {
  /** @returns what is certain now; nothing while a character is not whole */
  add(token: number): string;
  /** The rest, where it ends in the middle of a character. */
  end(): string;
}

/** What stands for bytes that are no whole character. */
const REPLACEMENT = '\ufffd';

/** Pieces of one text; joined they are what its tokens say together. */
export function textPieces(model: Pick<LlamaModel, 'detokenize'>): TextPieces {
  const told: Token[] = [];
  let open: Token[] = [];
  const take = () => {
    const text = model.detokenize(open, true, told);
    told.push(...open);
    open = [];
    return text;
  };
  return {
    add(token) {
      open.push(token as Token);
      return model.detokenize(open, true, told).endsWith(REPLACEMENT) ? '' : take();
    },
    end: () => (open.length === 0 ? '' : take()),
  };
}
