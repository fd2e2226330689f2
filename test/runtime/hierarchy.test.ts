import { describe, expect, it } from 'vitest';
import type { Tool } from '../../core/tool.ts';
import type { Message } from '../../core/trace.ts';
import { buildToolIndex, listTools } from '../../runtime/hierarchy.ts';
import { makeTool } from '../fixtures/tools.ts';

const inGroup = (group: string, tool: Tool): Tool => ({ ...tool, id: `${group}.${tool.name}`, server: group, group });
const tool = (group: string, name: string, description?: string, schema = {}) =>
  inGroup(group, makeTool(name, schema, description));

const MAIL = [
  tool('mail', 'sendMessage', 'Delivers an email.', { properties: { recipients: { type: 'array' } } }),
  tool('mail', 'list_threads', 'Shows the conversations in a mailbox.'),
  tool('mail', 'archive', 'Puts a conversation out of sight.'),
];
const SHOP = [
  tool('shop', 'cancel', 'Stops an order.', { properties: { reason: { enum: ['damaged', 'late'] } } }),
  tool('shop', 'track', 'Says where a parcel is.', { properties: { number: { description: 'On the invoice.' } } }),
];
const FILLER = Array.from({ length: 60 }, (_, at) =>
  tool(`filler${at % 6}`, `gadget_${at}`, `Turns the knob number ${at}.`),
);
const ALL = [...FILLER.slice(0, 30), ...MAIL, ...SHOP, ...FILLER.slice(30)];

const user = (content: string): Message => ({ role: 'user', content });
const ids = (tools: readonly Tool[]) => tools.map(({ id }) => id);

describe('ranked', () => {
  const index = buildToolIndex(ALL);
  const best = (query: string) => index.ranked(query)[0]!.tool.id;

  it('finds a tool by its name, description, parameters and values', () => {
    expect(best('send a message')).toBe('mail.sendMessage');
    expect(best('I want to see a conversation in my mailbox')).toBe('mail.list_threads');
    expect(best('who are the recipients?')).toBe('mail.sendMessage');
    expect(best('it was damaged')).toBe('shop.cancel');
    expect(best('the number is on the invoice')).toBe('shop.track');
  });

  it('puts a name above a description', () => {
    const [named, described] = [tool('a', 'convert', 'Does it.'), tool('b', 'other', 'convert')];
    expect(buildToolIndex([described, named]).ranked('convert')[0]?.tool).toBe(named);
  });

  it('puts the other tools of a fitting group before those of others', () => {
    const order = ids(index.ranked('archive the conversation').map(({ tool }) => tool));
    expect(order.slice(0, 3).sort()).toEqual(['mail.archive', 'mail.list_threads', 'mail.sendMessage']);
  });

  it('finds a group by its name, and files by a path', () => {
    const best = ids(index.ranked('what is going on in the shop?').map(({ tool }) => tool));
    expect(best.slice(0, 2)).toEqual(ids(SHOP));
    const disk = tool('disk', 'show', 'Gives the contents.', { properties: { path: { type: 'string' } } });
    expect(buildToolIndex([...ALL, disk]).ranked('open family/photos/camera.md')[0]?.tool).toBe(disk);
  });

  it('keeps the order of equal tools', () => {
    expect(index.ranked('xyzzy').map(({ tool }) => tool)).toEqual(ALL);
    expect(new Set(index.ranked('xyzzy').map(({ score }) => score))).toEqual(new Set([0]));
  });

  it('ranks only what is on offer, unknown tools last', () => {
    const unknown = tool('new', 'archive_all', 'Archives all conversations.');
    const ranked = index.ranked('archive the conversation', [unknown, SHOP[0]!, MAIL[2]!]);
    expect(ranked[0]?.tool).toBe(MAIL[2]);
    expect(ranked.find(({ tool }) => tool === unknown)?.score).toBe(0);
  });
});

describe('candidates', () => {
  const index = buildToolIndex(ALL);

  it('are the best tools in the order of the catalogue', () => {
    for (const [query, limit] of [
      ['cancel the order and archive the conversation', 4],
      ['turn knob 17', 7],
    ] as const) {
      const chosen = index.candidates(query, { limit });
      expect(chosen).toHaveLength(limit);
      const best = new Set(
        index
          .ranked(query)
          .slice(0, limit)
          .map(({ tool }) => tool),
      );
      expect(chosen).toEqual(ALL.filter((tool) => best.has(tool)));
    }
    expect(index.candidates('send a message')).toHaveLength(20);
  });

  it('are all tools where these are few', () => {
    const few = [...MAIL, ...FILLER.slice(0, 47)];
    expect(buildToolIndex(few).candidates('send a message', { limit: 5 })).toEqual(few);
    expect(buildToolIndex([...few, ...SHOP]).candidates('send a message', { limit: 5 })).toHaveLength(5);
    expect(index.candidates('send a message', { limit: 60 })).toHaveLength(60);
    expect(index.candidates('send a message', { limit: 5, among: few })).toBe(few);
    expect(buildToolIndex(MAIL).candidates('send a message', { limit: 1, small: 1 })).toHaveLength(1);
  });

  it('stay the same within a turn and keep what was called', () => {
    const asked = [user('turn knob 3, then archive the conversation')];
    const before = index.candidates(asked, { limit: 8 });
    const called = before.find(({ group }) => group === 'mail')!;
    const after: Message[] = [
      ...asked,
      { role: 'assistant', call: { tool: called.id, arguments: {} } },
      { role: 'tool', content: 'Please cancel my order, it is late.' },
    ];
    expect(index.candidates(after, { limit: 8 })).toEqual(before);
    const later = index.candidates([...after, user('turn the knobs 41, 42, 43, 44, 45, 46 and 47')], { limit: 8 });
    expect(later).toContain(called);
    expect(later).toHaveLength(8);
  });

  it('keep every called tool, also beyond the limit', () => {
    const messages = ALL.slice(0, 6).map(
      ({ id }): Message => ({ role: 'assistant', call: { tool: id, arguments: {} } }),
    );
    expect(index.candidates([user('send a message'), ...messages], { limit: 3 })).toEqual(ALL.slice(0, 6));
    const gone: Message = { role: 'assistant', call: { tool: 'gone.away', arguments: {} } };
    expect(index.candidates([user('send a message'), gone], { limit: 3 })).toHaveLength(3);
  });

  it('offer every tool on offer that may be wanted, in its order', () => {
    const among = ALL.toReversed();
    const chosen = index.candidates('archive the conversation', { limit: 3, among });
    expect(ids(chosen)).toEqual(['mail.archive', 'mail.list_threads', 'mail.sendMessage']);
  });
});

describe('buildToolIndex', () => {
  it('takes an empty catalogue and tools without words', () => {
    expect(buildToolIndex([]).ranked('anything')).toEqual([]);
    const odd = tool('odd', '___', '');
    expect(buildToolIndex([odd]).ranked('anything')).toEqual([{ tool: odd, score: 0 }]);
    expect(buildToolIndex([odd]).ranked('')).toEqual([{ tool: odd, score: 0 }]);
  });

  it('takes names that objects have anyway', () => {
    const tools = [tool('constructor', 'constructor', '__proto__'), tool('__proto__', 'toString', 'hasOwnProperty')];
    expect(buildToolIndex(tools).ranked('toString')[0]?.tool).toBe(tools[1]);
  });
});

describe('listTools', () => {
  const messages = [user('send a message')];

  it('narrows what is on offer, as the hierarchy says', () => {
    const hierarchy = { index: buildToolIndex(ALL), limit: 5 };
    const listed = listTools(hierarchy, messages, [...ALL].reverse());
    expect(listed).toHaveLength(5);
    expect(ids(listed)).toContain('mail.sendMessage');
    expect(listTools(hierarchy, messages, MAIL)).toBe(MAIL);
    expect(listTools({ ...hierarchy, limit: 1, small: 1 }, messages, MAIL)).toEqual([MAIL[0]]);
  });

  it('leaves all where there is no hierarchy', () => {
    expect(listTools(undefined, messages, ALL)).toBe(ALL);
  });
});
