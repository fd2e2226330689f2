import type { PhraseBank } from './bank.ts';

export const RECORDS_NEW: PhraseBank = {
  easy: [
    'create {these|the following} entities: {records}',
    'create {entity} in the {knowledge |}graph: {records}',
    'create {entity} for {records:with}',
    'create {newentity}: {records}',
  ],
  medium: [
    'add {records:with} to memory',
    'store in memory {records:with}',
    'put {newentry} into {the knowledge base|memory}: {records}',
    'make {newentry}: {records}',
    'save {newentry} to memory: {records}',
    'add {newnode}: {records}',
    'register {records:with}',
    'enter {records:with} into memory',
    'start {newentry} for {records:with}',
  ],
  hard: [
    'We have something new to remember: {records}.',
    'This is not in memory yet: {records}.',
    'New to our notes: {records:with}.',
    'From now on you should know {records:with}.',
    'Keep track of {records:with}, {which is} new to us.',
    'For the first time we have to do with {records:with}; keep that in mind.',
    'memory has nothing on this so far: {records}.',
  ],
};

export const LINKS_NEW: PhraseBank = {
  easy: [
    'create {relation}: {links}',
    'create {relation} in the graph: {links}',
    'create {newrelation} so that {links:say}',
    'create {newrelation}: {links}',
  ],
  medium: [
    'connect in memory: {links}',
    'note the connection {links}',
    'remember the connection that {links:say}',
    'store {newlink}: {links}',
    'add to the knowledge graph that {links:say}',
    'record that {links:say}',
    'add {newedge}: {links}',
    'draw {newlink}: {links}',
    'link them: {links}',
  ],
  hard: [
    'It turns out that {links:say}.',
    'I just learned that {links:say}; keep it in mind.',
    'News on how things hang together: {links:say}.',
    'Since today it is so that {links:say}.',
    'We did not know until now that {links:say}.',
    'The graph does not show yet that {links:say}.',
    'Please keep track of the fact that {links:say}.',
  ],
};

export const FACTS_NEW: PhraseBank = {
  easy: [
    'add {observation} {facts:to}',
    'add new observations: {facts}',
    'add {observation}: {facts}',
    'add to existing entities: {facts}',
  ],
  medium: [
    'note {further|also} that {facts:say}',
    'remember that {facts:say}',
    'attach the {note} {facts:to}',
    'also remember: {facts}',
    'extend what we know: {facts}',
    'put on record that {facts:say}',
    'new facts: {facts}',
    'append the {remark} {facts:to}',
    'keep in mind that {facts:say}',
  ],
  hard: [
    'I just heard that {facts:say}.',
    'By the way, {facts:say}.',
    'There is something new about what we know: {facts}.',
    'Did you know that {facts:say}? Please keep it in mind.',
    'For the next time we talk: {facts:say}.',
    'This was missing so far: {facts}.',
    'It will help later to know that {facts:say}.',
  ],
};

export const NAMES_GONE: PhraseBank = {
  easy: [
    'delete {entity:the} {names}',
    'delete {names} from the {knowledge |}graph',
    'delete {names} and all {its|their} relations',
    'delete the {entry} {names} from memory',
  ],
  medium: [
    'remove {names} from memory',
    'forget everything about {names}',
    'erase {names}',
    'take {names} out of the knowledge graph',
    'drop {names} from memory',
    'wipe {names} from your memory',
    'get rid of the {entry} {names}',
    'throw out all you know about {names}',
    'purge {names}',
  ],
  hard: [
    'We have nothing to do with {names} any more; clear that out.',
    'Nothing about {names} should remain in memory.',
    "I don't want to see {names} in the graph again.",
    'There is no need to remember {names} at all.',
    'act as if you had never heard of {names}',
    'For privacy reasons nothing on {names} may stay in memory.',
    'whatever memory holds on {names} can go.',
  ],
};

export const FACTS_GONE: PhraseBank = {
  easy: [
    'delete {observation} {facts:from}',
    'delete these observations: {facts}',
    'delete {observation}: {facts}',
    'delete {facts:from}',
  ],
  medium: [
    'remove {facts:from}',
    'forget that {facts:say}',
    'strike {facts:from}',
    'take back that {facts:say}',
    'erase the {remark} {facts:from}',
    'drop from the notes: {facts}',
    'remove the {note} {facts:from}',
    'scratch {facts:from}',
    'cross out what we noted: {facts}',
  ],
  hard: [
    'I was wrong to say that {facts:say}.',
    'The rest may stay, but not that {facts:say}.',
    'Somebody told us nonsense: {facts:say}. Take that out.',
    'We should stop claiming that {facts:say}.',
    'It is outdated that {facts:say}, so that remark has to go.',
    'The notes must not say any more that {facts:say}.',
    'it is no longer the case that {facts:say}.',
  ],
};

export const LINKS_GONE: PhraseBank = {
  easy: [
    'delete {relation}: {links}',
    'delete {relation} from the graph: {links}',
    'delete the {link} {links}',
    'delete from the graph that {links:say}',
  ],
  medium: [
    'remove the connection {links}',
    'unlink: {links}',
    'cut the {tie} between these: {links}',
    'drop the {edge} {links}',
    'take the {link} {links} out of memory',
    'disconnect: {links}',
    'erase the {link} {links}',
    'undo the connection that {links:say}',
    'break the {link}: {links}',
  ],
  hard: [
    'It is no longer true that {links:say}.',
    'Their entries stay in memory, but it is over that {links:say}.',
    'Since last week it is not true any more that {links:say}.',
    'Correct the graph: it still claims that {links:say}.',
    'These are no longer connected: {links}.',
    'The connection is history: {links:say}. Clear it.',
    'it was a mistake to connect them: {links}.',
  ],
};

export const DUMP: PhraseBank = {
  easy: [
    'read the {whole |entire |complete |}{knowledge |}graph',
    'read everything in the {knowledge |}graph',
    'read {me |}the {full|whole|entire} graph{| to me}',
    'read out {all|everything} that the graph holds',
  ],
  medium: [
    'show {me |}everything {in|that is in} memory',
    'what do you know {altogether|in total|all in all}?',
    'give me {the complete|your complete|your whole} memory',
    'show all entries and connections {that you have stored|in memory|there are}',
    'dump the {whole|entire|complete} memory',
    'what have you remembered {so far|up to now|until today}?',
    'display {all|everything} that is stored in memory',
    'list {every|each} entity and {every|each} relation',
    'print your {whole|entire|complete} knowledge base',
    'I want to see {all|everything} you have in memory.',
  ],
  hard: [
    'I want to check your {complete|whole|entire} memory before the {audit|review|meeting}.',
    'I have no idea what you have stored. Show {it all|all of it|everything}.',
    'for a {backup|copy|printout} I need everything that you remember.',
    'what is the sum of your knowledge about {people and things|all of us|everybody}?',
    'lay open all you remember, {nothing left out|without exception}',
    "let's go through your memory from {beginning to end|top to bottom}",
    'How complete is your memory? I have to see {all|the whole} of it.',
  ],
};

export const SEARCH: PhraseBank = {
  easy: [
    'search for {query}',
    'search the nodes for {query}',
    'search the knowledge graph for {query}',
    'search {memory|the graph}: {query}',
  ],
  medium: [
    'find entries about {query}',
    'what do you know about {query}?',
    'look up {query} in memory',
    'is there anything in memory about {query}?',
    'who or what has to do with {query}?',
    'look for {query} in the {knowledge |}graph',
    'find everything that mentions {query}',
    'which entries have to do with {query}?',
    'do you remember anything about {query}?',
    'find {query} in your memory',
  ],
  hard: [
    'I vaguely remember something about {query}. What was it?',
    'Someone mentioned {query}; check what we have on it.',
    'I need all we have on {query}.',
    'does {query} ring a bell?',
    'who was it again that had to do with {query}?',
    'my question is about {query}: does memory hold anything?',
    'I am collecting hints on {query}; what have we noted?',
  ],
};

export const OPEN: PhraseBank = {
  easy: ['open {names}', 'open the {node} {names}', 'open {names} in the knowledge graph', 'open the {entry} {names}'],
  medium: [
    'show me the {entry} {names}',
    'pull up the {entry} {names}',
    'get the full {record} of {names}',
    'show the details stored under {names}',
    'bring up the graph {entry} for {names}',
    'load the {entry} {names} from memory',
    'display the {record} of {names}',
    'fetch what is stored under {names}',
    'give me the {profile} of {names}',
  ],
  hard: [
    'I know the exact {name}: {names}. Show what is stored.',
    'I have to talk about {names} in a minute; put the {record} in front of me.',
    'what exactly is in our {record} of {names}?',
    'For the report I need the {entry} of {names}, exactly as stored.',
    'how {is} {names} described in the graph?',
    'let me check the {entry} on {names}',
    '{is} the {entry} for {names} up to date? Show {it} to me.',
  ],
};
