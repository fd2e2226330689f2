import type { Catalogue } from '../../core/tool.ts';
import type { Message, Trace } from '../../core/trace.ts';
import type { TraceBasis } from './trace-basis.ts';

export interface Retold {
  /** The name or id of a unit, under the tool's name of now. */
  unit(name: string): string;
  trace(trace: Trace): Trace;
}

/** Puts kept traces on today's catalogue: its tools on offer, its hash, and the names that renamed tools have now. Nothing else changes. */
export function retold({
  unchanged,
  older,
  catalogue,
}: {
  unchanged: ReadonlyMap<string, string>;
  older: Pick<TraceBasis, 'tools'>;
  catalogue: Catalogue;
}): Retold {
  const slugs = new Map(catalogue.tools.map(({ id, slug }) => [id, slug]));
  const renamed = [...unchanged].filter(([before, now]) => before !== now);
  const idOf = (id: string) => {
    // Ids end in the tool's slug and a number: `teacher-call-files-read-0003`.
    const found = renamed.find(([before]) => id.replace(/-\d+$/, '').endsWith(older.tools[before]!.slug));
    if (found === undefined) return id;
    const [before, now] = found;
    const number = /-\d+$/.exec(id)![0];
    return `${id.slice(0, -number.length - older.tools[before]!.slug.length)}${slugs.get(now)!}${number}`;
  };
  const message = (one: Message): Message =>
    one.role === 'assistant' && one.call
      ? { ...one, call: { ...one.call, tool: unchanged.get(one.call.tool) ?? one.call.tool } }
      : one;
  return {
    unit: (name) => {
      const [head = '', ...number] = name.split('#');
      const found = renamed.find(([before]) => head === before || head.endsWith(`: ${before}`));
      if (found === undefined) return name;
      return [head.slice(0, -found[0].length) + found[1], ...number].join('#');
    },
    trace: ({ id, messages, provenance, ...rest }) => ({
      ...rest,
      id: renamed.length === 0 ? id : idOf(id),
      messages: messages.map(message),
      tools: catalogue.tools.map((tool) => tool.id),
      provenance: { ...provenance, catalogue: catalogue.hash },
    }),
  };
}
