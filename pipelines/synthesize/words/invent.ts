import type { Random } from '../../../core/random.ts';
import { fillTemplate } from './fill.ts';
import * as lists from './lists.ts';

const EXTENSIONS = ['txt', 'md', 'csv', 'json', 'yaml', 'log', 'ini', 'html'] as const;

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

export function inventPerson(random: Random): string {
  return `${random.pick(lists.FIRST_NAMES)} ${random.pick(lists.LAST_NAMES)}`;
}

function word(random: Random): string {
  return random.pick(random.chance(0.5) ? lists.NOUNS : lists.TOPICS);
}

/** `budget-march`, `quiet_harbor`, `Q3-roadmap`, `notes2024`. */
export function inventStem(random: Random): string {
  const joint = random.pick(['-', '_']);
  const first = random.pick([lists.ADJECTIVES, lists.NOUNS, lists.TOPICS]);
  switch (random.int(6)) {
    case 0:
      return word(random) + joint + random.pick(lists.MONTHS).toLowerCase();
    case 1:
      return `${word(random)}${joint}${2019 + random.int(8)}`;
    case 2:
      return `${random.pick(first)}${joint}${random.pick(lists.NOUNS)}${joint}${random.pick(lists.TOPICS)}`;
    default:
      return random.pick(first) + joint + word(random);
  }
}

export function inventFileName(random: Random, extension: string = random.pick(EXTENSIONS)): string {
  return `${inventStem(random)}.${extension}`;
}

/** Names of things by the word for their kind; the last entry fits all. */
const NAME_MAKERS: readonly { match: RegExp; templates: readonly string[] }[] = [
  {
    match: /person|people|user|employee|contact|customer|author|member|artist|friend|colleague/i,
    templates: ['{person}'],
  },
  {
    match: /compan|organi[sz]ation|client|supplier|vendor|business|firm|team|shop/i,
    templates: [
      '{Noun} {Systems|Labs|Partners|Works|Foods|Logistics|Studio}',
      '{last} {&|and} {last}',
      '{Adjective} {Noun} {Ltd|Group}',
    ],
  },
  {
    match: /project|initiative|campaign/i,
    templates: ['Project {Noun}', 'Operation {Adjective} {Noun}', '{Adjective} {Noun} Rollout'],
  },
  {
    match: /city|town|village/i,
    templates: [
      '{city}',
      'New {city}',
      'Port {Noun}',
      '{Noun}ville',
      '{Noun}burg',
      '{Noun}ford',
      '{Adjective} {Noun} Springs',
    ],
  },
  { match: /place|location|venue|office|room/i, templates: ['{Noun} {Hall|House|Park|Square}'] },
  {
    match: /product|device|tool|software|service|app|system/i,
    templates: ['{Adjective}{Noun}', '{Noun}Kit', '{Noun} {Pro|Mini|Max|One}'],
  },
  {
    match: /event|meeting|conference|workshop|appointment/i,
    templates: ['{Noun} {Summit|Workshop|Festival|Conference}', '{Month} {Meetup|Retreat|Fair}'],
  },
  {
    match: /book|article|paper|document|film|movie|song|recipe/i,
    templates: ['The {Adjective} {Noun}', '{Noun} and {Noun}', 'A {Noun} in {city}'],
  },
  { match: /animal|pet|dog|cat/i, templates: ['{first}', '{Noun}'] },
  { match: /.*/, templates: ['{Adjective} {Noun}', '{Noun} {Topic}', '{Noun} {Noun}'] },
];

/** A new name for a thing of the kind: `person` → Anna Berg, `project` → Project Nightjar. */
export function inventName(random: Random, kind = ''): string {
  return fillTemplate(
    random,
    random.pick(NAME_MAKERS.find(({ match }) => match.test(kind))!.templates),
    makers(random),
  );
}

const STATEMENTS: readonly { match: RegExp; templates: readonly string[] }[] = [
  {
    match: /person|people|user|employee|contact|customer|author|member|artist|friend|colleague/i,
    templates: [
      'plays the {instrument}',
      'lives in {city}',
      'works as {a job}',
      'is allergic to {food}',
      'speaks {language} fluently',
      'moved to {city} in {year}',
      'was born in {Month} {oldyear}',
      'enjoys {hobby}',
      'is learning {language}',
      'prefers {food}',
      'is on holiday until {Weekday}',
      'likes {hobby} and {hobby}',
      'studied in {city}',
      'owns {a adjective} {noun}',
      'has {n} children',
      'collects {noun} stamps',
      'leads the {topic} group',
      'cannot work on {Weekday}s',
      'teaches {hobby} on {Weekday}s',
      'wrote a book about {nouns}',
      'used to live in {city}',
    ],
  },
  {
    match: /compan|organi[sz]ation|client|supplier|vendor|business|firm|team|shop/i,
    templates: [
      'makes {industry}',
      'has {n0} employees',
      'was founded in {oldyear}',
      'has its head office in {city}',
      'opened a branch in {city}',
      'sells {industry} to schools',
      'is looking for a new {job}',
      'pays its bills on {Weekday}s',
      'moved to {city} in {year}',
      'closes in {Month}',
      'won a prize for {industry}',
      'delivers every {Weekday}',
    ],
  },
  {
    match: /project|initiative|campaign|software|app|system|service/i,
    templates: [
      'is due on {n28} {Month}',
      'is written in {technology}',
      'has a budget of {n0} thousand euros',
      'is {n} weeks late',
      'started in {Month} {year}',
      'uses {technology} for storage',
      'meets every {Weekday}',
      'is in the testing phase',
      'needs a second {job}',
      'is paused until {Month}',
      'was approved on {n28} {Month}',
      'depends on {technology}',
    ],
  },
  {
    match: /city|town|village/i,
    templates: [
      'has {a adjective} {noun} museum',
      'is famous for {food}',
      'hosts a {hobby} festival in {Month}',
      'has {n} bridges',
      'is easy to reach by train',
      'has {n0} thousand inhabitants',
      'lies near {city}',
      'has a market on {Weekday}s',
    ],
  },
  {
    match: /place|location|venue|office|room/i,
    templates: [
      'has room for {n0} guests',
      'is closed on {Weekday}s',
      'is in {city}',
      'opens at {n} am',
      'has {a adjective} {noun} garden',
    ],
  },
  {
    match: /product|device|tool/i,
    templates: [
      'costs {n0} euros',
      'comes in {green|blue|white|black|red|yellow} and {grey|brown|orange|purple}',
      'weighs {n} kilos',
      'is sold out until {Month}',
      'has a {n}-year warranty',
      'was launched in {Month} {year}',
      'needs {n} batteries',
    ],
  },
  {
    match: /event|meeting|conference|workshop|appointment/i,
    templates: [
      'takes place on {n28} {Month}',
      'is held in {city}',
      'starts at {n} pm',
      'has {n0} guests',
      'was moved to {Weekday}',
      'is about {industry}',
      'costs {n0} euros per person',
    ],
  },
  {
    match: /book|article|paper|document|film|movie|song|recipe/i,
    templates: [
      'was published in {oldyear}',
      'has {n0} pages',
      'is set in {city}',
      'is about {a job} from {city}',
      'was translated into {language}',
      'is on the {topic} shelf',
    ],
  },
  {
    match: /.*/,
    templates: [
      'is {adjective}',
      'belongs to {person}',
      'is stored in {city}',
      'was checked in {Month}',
      'costs {n0} euros',
      'is used every {Weekday}',
      'came from {city} in {year}',
      'needs a new {noun}',
    ],
  },
];

/** A fact about a thing of the kind: `person` → "plays the cello". */
export function inventStatement(random: Random, kind = ''): string {
  return fillTemplate(random, random.pick(STATEMENTS.find(({ match }) => match.test(kind))!.templates), makers(random));
}

const SENTENCES = [
  'Call {person} about the {noun}.',
  '{person} confirmed the {topic} for {Weekday}.',
  'Meeting with {person} in {city} on {Weekday}.',
  'The {topic} is due on {n28} {Month}.',
  'Buy {n} {nouns} and {food}.',
  'Order {n0} {nouns} from {city}.',
  'Remember to water the {noun}.',
  '{food}, {food} and {n} {nouns}',
  'Total: {n0} euros',
  'Status: {adjective} and ready',
  '{person} likes the {adjective} {noun}.',
  'Ask {person} for the {topic}.',
  'Password hint: the {adjective} {noun}',
  'Ship the {noun} to {city} by {Weekday}.',
  'The {adjective} {noun} costs {n0} euros.',
  'Open points: {topic}, {topic}',
  'Next step: talk to {person}',
  'Room {n0} is booked for {person}.',
  'The {noun} was moved to {city}.',
  '{Weekday}: {hobby} with {person}',
  'Do not forget the {noun}!',
  'Version {n}.{n} works with {technology}.',
  'Draft of the {topic} for {Month}',
  '{person} owes {person} {n0} euros.',
  'We need {n} more {nouns} before {Month}.',
  'The {topic} from {city} is missing.',
  'New supplier: {company}',
  'Temperature at noon: {n28} degrees',
  'Key is under the {adjective} {noun}.',
];

/** One short line of text, as it stands in notes. */
export function inventSentence(random: Random): string {
  const text = fillTemplate(random, random.pick(SENTENCES), makers(random));
  return capital(text);
}

/** A short noun phrase: `the quiet harbor`, `budget for May`. */
export function inventPhrase(random: Random): string {
  return fillTemplate(
    random,
    random.pick([
      '{adjective} {noun}',
      '{noun} {topic}',
      '{adjective} {topic}',
      '{topic} for {Month}',
      '{noun} in {city}',
    ]),
    makers(random),
  );
}

/** A template of this module's kind, filled. */
export function inventFrom(random: Random, templates: readonly string[]): string {
  return fillTemplate(random, random.pick(templates), makers(random));
}

function makers(random: Random): Record<string, () => string> {
  const of = (items: readonly string[]) => () => random.pick(items);
  return {
    person: () => inventPerson(random),
    first: of(lists.FIRST_NAMES),
    last: of(lists.LAST_NAMES),
    city: of(lists.CITIES),
    adjective: of(lists.ADJECTIVES),
    noun: of(lists.NOUNS),
    nouns: () => plural(random.pick(lists.NOUNS)),
    'a adjective': () => withArticle(random.pick(lists.ADJECTIVES)),
    'a noun': () => withArticle(random.pick(lists.NOUNS)),
    'a instrument': () => withArticle(random.pick(lists.INSTRUMENTS)),
    topic: of(lists.TOPICS),
    Adjective: () => capital(random.pick(lists.ADJECTIVES)),
    Noun: () => capital(random.pick(lists.NOUNS)),
    Topic: () => capital(random.pick(lists.TOPICS)),
    Month: of(lists.MONTHS),
    Weekday: of(lists.WEEKDAYS),
    hobby: of(lists.HOBBIES),
    instrument: of(lists.INSTRUMENTS),
    language: of(lists.LANGUAGES),
    food: of(lists.FOODS),
    job: of(lists.JOBS),
    'a job': () => withArticle(random.pick(lists.JOBS)),
    industry: of(lists.INDUSTRIES),
    technology: of(lists.TECHNOLOGIES),
    company: () => inventName(random, 'company'),
    year: () => String(2015 + random.int(11)),
    oldyear: () => String(1960 + random.int(50)),
    n: () => String(2 + random.int(8)),
    n0: () => String(11 + random.int(480)),
    n28: () => String(1 + random.int(28)),
  };
}

function plural(noun: string): string {
  if (/(s|x|ch|sh)$/.test(noun)) return `${noun}es`;
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return noun === 'wolf' ? 'wolves' : `${noun}s`;
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}
