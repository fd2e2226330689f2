import type { ChatMessage } from '../../../core/chat-model.ts';
import type { Random } from '../../../core/random.ts';
import type { Tool } from '../../../core/tool.ts';
import type { Call, Trace } from '../../../core/trace.ts';
import type { ServerState } from '../state.ts';

type Difficulty = Trace['provenance']['difficulty'];

/** Changes with the texts below: what other prompts made is stale. */
export const TEACHER_WRITER = 'teacher-1';

const DIFFICULTIES: Readonly<Record<Difficulty, string>> = {
  easy: 'easy: says outright what is to be done and names everything plainly',
  medium: "medium: natural words of the user's own, other ones than those of the tool's description",
  hard: 'hard: told by the goal or the occasion behind it, so that one has to think what to do; still only this will do',
  vague:
    'vague: offhand and incomplete, as people write in a hurry; the operation is only hinted at, its values are there',
};

const VOICES = [
  'a terse expert',
  'a polite colleague',
  'somebody in a hurry who writes in lower case',
  'a chatty person who tells why',
  'a beginner who does not know the right terms',
  'a manager who gives orders',
  'somebody who asks questions rather than giving orders',
  'somebody who thinks aloud',
  'a careful person who writes whole sentences',
  'somebody who goes on with a conversation',
] as const;

const SYSTEM = `You write what users say to an assistant that can use tools. The messages train that assistant, so they have to be as varied as real ones.
Rules:
- The message is the user's only one: it holds everything that the assistant needs to know, and nothing that the user cannot know.
- Values (names, paths, texts, numbers) stand in it letter for letter, without being explained.
- It never names the tool and does not speak of tools, functions, parameters, arguments or JSON.
- It is in English, unless its values are not.
Answer with nothing but JSON: {"query": "the message"}`;

/** What is drawn for one query, so that no two requests are the same. */
export interface Manner {
  difficulty: Difficulty;
  voice: string;
  number: number;
}

export function drawManner(random: Random, number: number): Manner {
  const difficulty = random.pick(Object.keys(DIFFICULTIES) as Difficulty[]);
  return { difficulty, voice: random.pick(VOICES), number };
}

function mannerLines({ difficulty, voice, number }: Manner): string[] {
  return [
    `Difficulty: ${DIFFICULTIES[difficulty]}.`,
    `The user is ${voice}.`,
    `This is message ${number + 1} about it.`,
  ];
}

export interface CallFirstParts {
  steps: readonly { tool: Tool; call: Call; result?: string }[];
  /** The offline writer's words for the same. */
  meaning: string;
  /** What has to stand in the query, and what must not, as an earlier step finds it out. */
  told: readonly string[];
  hidden: readonly string[];
  manner: Manner;
}

/** Asks for the words to calls that were made. */
export function callFirstPrompt({ steps, meaning, told, hidden, manner }: CallFirstParts): ChatMessage[] {
  const list = (values: readonly string[]) => values.map((value) => JSON.stringify(value)).join(', ');
  const lines = [
    steps.length === 1
      ? 'The assistant answered the message with this call:'
      : 'The assistant answered the message with these calls, one after the other:',
    ...steps.flatMap(({ tool, call, result }) => [
      '',
      `Tool \`${tool.promptName}\`: ${tool.description}`,
      `Arguments: ${JSON.stringify(call.arguments)}`,
      ...(result === undefined ? [] : [`Result: ${result}`]),
    ]),
    '',
    `The same in plain words: ${meaning}`,
    '',
    'Write the message, in other words than these.',
    ...mannerLines(manner),
    ...(told.length === 0 ? [] : [`These have to stand in it: ${list(told)}`]),
    ...(hidden.length === 0
      ? []
      : [`These must not stand in it, for the user does not know them yet: ${list(hidden)}`]),
  ];
  return [
    { role: 'system', content: SYSTEM },
    { role: 'user', content: lines.join('\n') },
  ];
}

const MOST_SHOWN = 8;

/** Asks for a query that calls for a tool. */
export function queryFirstPrompt(tool: Tool, state: ServerState, manner: Manner, random: Random): ChatMessage[] {
  const lines = [
    'Write a message that the assistant can only answer by using this tool, alone or after others:',
    '',
    `Tool \`${tool.promptName}\`: ${tool.description}`,
    `Takes: ${JSON.stringify(tool.inputSchema.properties ?? {})}`,
    '',
    ...materialLines(state, random),
    ...mannerLines(manner),
  ];
  return [
    { role: 'system', content: SYSTEM },
    { role: 'user', content: lines.join('\n') },
  ];
}

/** Things that exist where the tool works, so that the query is about them. */
function materialLines({ files, folders, collections }: ServerState, random: Random): string[] {
  const shown = (name: string, items: readonly unknown[]) =>
    items.length === 0
      ? []
      : [
          `- ${name}: ${random
            .sample(items, MOST_SHOWN)
            .map((item) => JSON.stringify(item))
            .join(', ')}`,
        ];
  const lines = [
    ...shown('files', files),
    ...shown('folders', folders),
    ...collections.flatMap(({ name, rows }) => shown(name, rows)),
  ];
  return lines.length === 0 ? [] : ['Some of what is there:', ...lines, ''];
}
