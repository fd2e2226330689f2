import { seededRandom } from '../../core/random.ts';
import type { Catalogue } from '../../core/tool.ts';
import type { Trace } from '../../core/trace.ts';
import { RESPOND_PHRASES } from './phrases/respond.ts';
import { traceId } from './trace-id.ts';
import { inventFrom } from './words/invent.ts';
import { buildTrace, type Made, type Workshop } from './workshop.ts';

const ATTEMPTS = 40;
const FAMILY = 'respond/';

/**
 * A trace in which no tool is called: small talk, things everybody knows, and wishes that no tool on offer can fulfil.
 * @param purpose of an extra trace, which has a stream of its own
 */
export function makeRespond(workshop: Workshop, index: number, purpose?: string): Made {
  const { settings, catalogue } = workshop;
  const random = seededRandom(settings.seed, purpose ?? 'trace', 'respond', index);
  const about = aboutOf(catalogue);
  const phrases = seededRandom(settings.seed, 'families', 'respond').shuffle(
    RESPOND_PHRASES.filter(({ unless }) => !unless?.test(about)),
  );
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const phrase = phrases[(index + attempt) % phrases.length]!;
    const query = inventFrom(random, phrase.asks);
    if (workshop.isUsed(query)) continue;
    const messages = [
      { role: 'user' as const, content: query },
      { role: 'assistant' as const, content: random.pick(phrase.answers) },
    ];
    const id = traceId(purpose === undefined ? 'respond' : `${purpose}-respond`, index);
    const family = `${FAMILY}${RESPOND_PHRASES.indexOf(phrase)}`;
    return {
      trace: buildTrace(workshop, { id, messages, kind: 'respond', difficulty: 'easy', family, executed: true }),
      rejects: {},
    };
  }
  return { rejects: { 'respond: no new wording': 1 } };
}

/** Whether still no tool can do what the query of a `respond` trace asks for; true of any other trace. */
export function isStillRespond({ provenance: { family } }: Pick<Trace, 'provenance'>, catalogue: Catalogue): boolean {
  if (!family.startsWith(FAMILY)) return true;
  const phrase = RESPOND_PHRASES[Number(family.slice(FAMILY.length))];
  return phrase !== undefined && !phrase.unless?.test(aboutOf(catalogue));
}

function aboutOf({ tools }: Catalogue): string {
  return tools.map(({ name, description }) => `${name} ${description}`).join('\n');
}
