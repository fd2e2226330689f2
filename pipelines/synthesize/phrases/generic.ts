import type { PhraseBank } from './bank.ts';

/** For tools of which only the description is known. `{does}`: what it says that it does, `{pairs}` and `{with}`: the values by name. */
export const GENERIC: PhraseBank = {
  easy: ['{does} {with}', '{does}: {pairs}', '{does}, {pairs}', 'with {pairs}, {does}'],
  medium: [
    '{does:other} {with}',
    'I want to {does:other}, {pairs}.',
    'here are {pairs}; now {does:other}',
    'I would like to {does:other}. The details: {pairs}.',
    'for {values}, {does:other}',
    'I need to {does:other} {with}.',
  ],
  hard: [
    'I have {pairs}. What I need is this: {does:other}.',
    'Given {pairs}, I want to {does:other}.',
    "Let's {does:other}. You will need {pairs}.",
    'The next thing on my list is to {does:other} ({pairs}).',
    'My goal is to {does:other} {with}.',
    'Somebody asked me to {does:other}, {pairs}.',
  ],
};

export const GENERIC_BARE: PhraseBank = {
  easy: ['{does}', '{does} now', 'go and {does}', 'just {does}'],
  medium: [
    'I want to {does:other}.',
    'I need to {does:other}.',
    '{does:other}',
    'is it possible to {does:other}?',
    'help me to {does:other}',
    'I would like to {does:other}.',
  ],
  hard: [
    'The next thing on my list is to {does:other}.',
    'My goal is to {does:other}.',
    "Let's {does:other}.",
    'Somebody asked me to {does:other}.',
    'what I want right now is to {does:other}.',
    'before we go on, {does:other}',
  ],
};

/** Other words for the verb at the start of a description. */
export const VERB_SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  get: ['fetch', 'look up', 'find out', 'show'],
  fetch: ['get', 'load', 'bring'],
  retrieve: ['get', 'fetch', 'look up'],
  return: ['show', 'get', 'fetch'],
  read: ['show', 'look at', 'open'],
  list: ['show', 'name', 'go through'],
  show: ['display', 'present'],
  create: ['make', 'set up', 'start'],
  add: ['put in', 'attach', 'include'],
  delete: ['remove', 'get rid of', 'erase'],
  remove: ['delete', 'take away', 'get rid of'],
  update: ['change', 'bring up to date', 'modify'],
  edit: ['change', 'revise'],
  set: ['make', 'choose', 'define'],
  search: ['look', 'hunt', 'browse'],
  find: ['look for', 'locate'],
  send: ['deliver', 'submit', 'pass on'],
  run: ['start', 'execute', 'carry out'],
  execute: ['run', 'carry out'],
  start: ['begin', 'launch'],
  stop: ['end', 'halt'],
  convert: ['turn', 'change', 'translate'],
  calculate: ['work out', 'compute'],
  compute: ['work out', 'calculate'],
  generate: ['produce', 'make'],
  check: ['verify', 'look at'],
  validate: ['check', 'verify'],
  move: ['shift', 'bring'],
  copy: ['duplicate', 'clone'],
  open: ['pull up', 'bring up'],
  close: ['shut', 'end'],
  write: ['put down', 'save'],
  print: ['display', 'output'],
  echo: ['repeat', 'say'],
  record: ['note', 'register'],
  switch: ['change', 'go over'],
  commit: ['record', 'save'],
};
