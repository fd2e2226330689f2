import { getLlama, type Llama, type LlamaModel } from 'node-llama-cpp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDrafter } from '../../../runtime/drafting/drafter.ts';
import { grammarCursor } from '../../../runtime/drafting/grammar-cursor.ts';
import { argumentsGrammar } from '../../../runtime/grammar.ts';
import { tinyModel } from '../../fixtures/tiny-model.ts';

let llama: Llama;
let model: LlamaModel;
beforeAll(async () => {
  llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, progressLogs: false });
  model = await llama.loadModel({ modelPath: (await tinyModel()).gguf, vocabOnly: true });
});
afterAll(() => llama?.dispose());

/** What is drafted behind a text. */
async function drafted(schema: Record<string, unknown>, written: string, prompt = '', most = 99): Promise<string> {
  const cursor = await grammarCursor(model, argumentsGrammar(schema, { before: ' ', after: '}\n</tool_call>' }));
  const tokens = model.tokenize(written, true);
  for (const token of tokens) {
    expect(cursor.allows(token), written).toBe(true);
    cursor.accept(token);
  }
  const drafter = createDrafter(model, model.tokenize(prompt, true), { copies: prompt !== '' });
  const draft = drafter.draft(tokens, cursor, most);
  for (const token of draft) {
    expect(cursor.allows(token)).toBe(true);
    cursor.accept(token);
  }
  return model.detokenize(draft as never, true);
}

describe('a draft', () => {
  const path = { properties: { path: { type: 'string' }, tail: { type: 'integer' } }, required: ['path', 'tail'] };

  it('is what the grammar forces, up to where it leaves a choice', async () => {
    expect(await drafted(path, '')).toBe(' {"path": "');
    expect(await drafted(path, ' {"pa')).toBe('th": "');
    expect(await drafted(path, ' {"path": "a')).toBe('');
    expect(await drafted(path, ' {"path": "a"')).toBe(', "tail": ');
    expect(await drafted(path, ' {"path": "a", "tail": 5}')).toBe('}\n</tool_call>');
    expect(await drafted({ properties: { a: { enum: ['name', 'nature'] } }, required: ['a'] }, '')).toBe(' {"a": "na');
  });

  it('stays whole where what is copied behind it would merge with its end and is not allowed', async () => {
    const count = { properties: { tail: { type: 'integer' } }, required: ['tail'] };
    expect(await drafted(count, '', 'so: "tail": "x"')).toBe(' {"tail": ');
  });

  it('is nothing where the text has to end', async () => {
    expect(await drafted(path, ' {"path": "a", "tail": 5}}\n</tool_call>', 'a</tool_call>')).toBe('');
  });

  it('goes on with what the prompt has there', async () => {
    expect(await drafted(path, ' {"path": "notes', 'Read notes/todo.txt now')).toBe('/todo.txt');
    expect(await drafted(path, '', 'before: {"path": "x/y.md", "tail": 3}')).toBe(' {"path": "x/y.md');
  });

  it('copies a text as JSON writes it', async () => {
    expect(await drafted(path, ' {"path": "say \\"hello', 'please say "hello\\world"')).toBe('\\\\world\\');
  });

  it('ends before what the grammar forbids, and at the limit', async () => {
    const short = { properties: { code: { type: 'string', maxLength: 6 } }, required: ['code'] };
    expect('-WEST-12'.startsWith(await drafted(short, ' {"code": "AREA', 'of AREA-WEST-12'))).toBe(true);
    expect(await drafted(path, '', '', 2)).toBe(' {"path');
  });
});
