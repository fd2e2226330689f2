import { getLlama, LlamaLogLevel, type Token } from 'node-llama-cpp';
import { ToolkitError } from '../../core/errors.ts';
import { type Decoder, decodeDrafted, type Preference } from './decode-drafted.ts';
import { createDrafter } from './drafter.ts';
import { grammarCursor } from './grammar-cursor.ts';

export interface Rehearsed {
  prompt: readonly number[];
  /** What the model would write, the stop token included. */
  gold: readonly number[];
  grammar: string;
  /** Whether text is copied, beside what the grammar forces. */
  copies: boolean;
}

/** One evaluation, behind the prompt's last token but one. */
export interface RehearsedEvaluation {
  /** What was evaluated before and kept. */
  kept: readonly number[];
  /** What is evaluated. */
  tokens: readonly number[];
  /** After so many of the last ones, and the one before them, is asked what comes. */
  drafted: number;
}

/** Finds out what would be evaluated, without evaluating. */
export interface Rehearsal {
  tokenize(text: string): number[];
  /** What is evaluated of a model that clearly prefers the gold tokens. @throws ToolkitError where the grammar forbids them */
  evaluations(rehearsed: Rehearsed): Promise<RehearsedEvaluation[]>;
  close(): Promise<void>;
}

/** @param path a GGUF file, of which only the vocabulary is loaded */
export async function openRehearsal(path: string): Promise<Rehearsal> {
  const options = { gpu: false, build: 'never', skipDownload: true, progressLogs: false } as const;
  const llama = await getLlama({ ...options, logLevel: LlamaLogLevel.error });
  const model = await llama.loadModel({ modelPath: path, vocabOnly: true });
  return {
    tokenize: (text) => model.tokenize(text, true),
    async evaluations({ prompt, gold, grammar, copies }) {
      const evaluations: RehearsedEvaluation[] = [];
      const steps = decodeDrafted(goldDecoder(gold, evaluations), {
        drafter: createDrafter(model, prompt, { copies }),
        cursor: await grammarCursor(model, grammar),
        isStop: (token) => model.isEogToken(token as Token),
        prompt: prompt.slice(-1),
        most: gold.length,
      });
      const written = await Array.fromAsync(steps);
      if (written.join() !== gold.join()) throw forbidden(written.length);
      return evaluations;
    },
    async close() {
      await model.dispose();
      await llama.dispose();
    },
  };
}

/** A model that has learned these tokens by heart. */
function goldDecoder(gold: readonly number[], evaluations: RehearsedEvaluation[]): Decoder {
  let kept: number[] = [];
  const prefers = (place: number): Preference => {
    const token = gold[place] ?? gold.at(-1)!;
    return { ranked: [0, -100].map((logit) => ({ token, logit })), isClear: true };
  };
  return {
    async evaluate(tokens, drafted) {
      evaluations.push({ kept, tokens, drafted });
      kept = [...kept, ...tokens];
      // The first of them is the prompt's last one.
      const last = kept.length - 1;
      return Array.from({ length: drafted + 1 }, (_, index) => prefers(last - drafted + index));
    },
    evaluatePlainly: () => Promise.reject(forbidden(kept.length)),
    async forget(dropped) {
      kept = kept.slice(0, kept.length - dropped);
    },
  };
}

function forbidden(place: number): ToolkitError {
  return new ToolkitError({ kind: 'input', what: `the grammar forbids token ${place} of the gold arguments` });
}
