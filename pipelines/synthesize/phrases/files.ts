import type { PhraseBank } from './bank.ts';

export const VIEW: PhraseBank = {
  easy: [
    'read {of}{file}',
    'read the text {in|of} {file}',
    'get the {text|content} of {file}',
    'open {file} and read it to me',
  ],
  medium: [
    'show me {of}{file}',
    'print {of}{file}',
    'what does {file} say?',
    'what is written in {file}?',
    'display the contents of {file}',
    'let me see what is inside {file}',
    "what's in {file}?",
    'can I see {of}{file}?',
    'pull up {file}',
    'give me the content of {file}',
    'bring {of}{file} up on the screen',
  ],
  hard: [
    'I need to know what {f} {contains|has to say}.',
    'what did I put down in {f}?',
    'I forgot what {f} was about, {please remind me|so show it to me}.',
    'Somebody worked on {f}; I want to see {its current content|what it says now}.',
    'I want to quote from {f}, so put its wording on the screen.',
    'which lines are in {f}?',
    'what would I find if I looked into {f}?',
    'Before I answer the letter I have to go through {f} once more.',
  ],
};

export const VIEW_MANY: PhraseBank = {
  easy: [
    'read {files}',
    'read {multiple|several} files at once: {files:plain}',
    'read the files {files:plain} {together|in one go}',
    'read all of these: {files:plain}',
  ],
  medium: [
    'show me {files}',
    'print {files} one after the other',
    'what do {files} say?',
    'open {files} side by side',
    'display the contents of {files}',
    'I want to see {files} together.',
    'put {files} next to each other on the screen',
    'what is written in {files}?',
    'load {files} {in one go|at once}',
    'give me the text of each of these: {files:plain}',
  ],
  hard: [
    'I have to compare {files}, so give me what is in each of them.',
    'I need the wording of {files} for my summary.',
    'what is the difference between {files}? Show me what they say.',
    'Collect all that {files} contain.',
    'before I merge {files} I want to see what each of them says.',
    'go through {files} and give me their contents',
    'My report is based on {files}; bring them up.',
  ],
};

export const WRITE: PhraseBank = {
  easy: [
    'write {text} to {file}',
    'create the file {f} with the {content|text} {text}',
    'write a {new |}file {f} containing {text}',
    'write {text} into {file}',
  ],
  medium: [
    'save {text} as {f}',
    'make a document {f} that says {text}',
    'store {text} in {file}',
    'put {text} into a document called {f}',
    '{f} should contain {text} and nothing else.',
    'set the whole content of {f} to {text}',
    'make {f} with this text: {text}',
    'start a new document {f} with the text {text}',
    'I want a document named {f}, and its text is {text}.',
  ],
  hard: [
    'I want to keep {text} for later; put it in {f}.',
    'there should be a note {f} that reads {text}.',
    'so that nobody forgets it, leave {text} in {f}',
    'make sure that {f} reads {text}, whatever it said before',
    'jot down {text} for me, in {f}',
    "I'd like to have {text} on disk, under the name {f}.",
    'Whoever opens {f} should see {text}.',
  ],
};

export const EDIT: PhraseBank = {
  easy: [
    'edit {file}: change {edits:to}',
    'edit {file} and replace {edits:with}',
    'make an edit in {file}: {edits:with}',
    'edit {file} so that it says {edits:instead}',
  ],
  medium: [
    'replace {edits:with} in {file}',
    'in {file}, change {edits:to}',
    'swap {edits:for} in {file}',
    'correct {file}: it should say {edits:instead}',
    'update {file}: {edits:arrow}',
    'fix {file}, {putting|with} {edits:instead}',
    'inside {file} turn {edits:into}',
    'in {file} exchange {edits:for}',
    '{file} needs a correction: {edits:arrow}.',
  ],
  hard: [
    'there is a mistake in {f}: it must be {edits:instead}.',
    'I got a detail wrong in {f}. It should read {edits:instead}.',
    'Things changed: {f} must have {edits:instead} now.',
    'my boss wants to see {edits:instead} in {f}.',
    'patch {f} so that it has {edits:instead}',
    'A line in {f} is outdated, put {edits:instead}.',
    'keep {f} as it is, but with {edits:instead}',
  ],
};

export const MAKE_FOLDER: PhraseBank = {
  easy: [
    'create {newfolder}',
    'create a directory {called |named |}{d}',
    'create the directory {d}',
    'I need a new directory {d}.',
  ],
  medium: [
    'make a folder {called|named} {d}',
    'add the folder {d}',
    'set up {newfolder}',
    'new folder: {d}',
    'I need a folder {d}.',
    'start a new folder {d}',
    'make sure that the folder {d} exists',
    'there should be a folder {d}.',
    'open up a new folder at {d}',
  ],
  hard: [
    'I want to sort my papers into {d}, which does not exist yet.',
    'prepare a place {d} for my new documents',
    'give me an empty folder at {d}',
    'we are about to collect scans in {d}; get that folder ready.',
    "Next week's documents will go to {d}, so it has to be there.",
    'I am going to file things under {d}, but there is no such place yet.',
    'get {d} ready, I want to put things there',
  ],
};

export const LIST: PhraseBank = {
  easy: [
    'list {folder}',
    'list everything in {folder}',
    'list the {contents|entries} of {folder}',
    'give me a listing of {folder}',
  ],
  medium: [
    'what is in {folder}?',
    'show me what is in {folder}',
    'which files are in {folder}?',
    'what files and folders does {folder} have?',
    'show the entries of {folder}',
    'what do I have in {folder}?',
    'look into {folder}',
    'name the things that are in {folder}',
    'tell me what {folder} holds',
  ],
  hard: [
    'I am looking for something in {folder}; what is there?',
    'I lost the overview of {folder}. What lies there?',
    'is there anything in {folder}?',
    'Before I tidy up {folder} I want to know what is there.',
    'which documents did we put into {folder}?',
    'I want to pick a document from {folder}; give me the names.',
    'what could I open in {folder}?',
  ],
};

export const SIZES: PhraseBank = {
  easy: [
    'list {folder} with {the |}sizes',
    'list everything in {folder} with its size',
    'give me a listing of {folder} including {the |}sizes',
    'list what is in {folder} and how big each entry is',
  ],
  medium: [
    'how big are the files in {folder}?',
    'show the files in {folder} together with their sizes',
    'what is in {folder}, and how large is each item?',
    'show me how much space each file in {folder} takes',
    'what does {folder} contain? Include the file sizes.',
    'how many bytes does each document in {folder} have?',
    'show what is in {folder} and the number of bytes of each entry',
    'how large is each of the things in {folder}?',
  ],
  hard: [
    'my disk is nearly full; what in {folder} is heavy?',
    'I want to find the largest documents in {folder}.',
    'find out what uses up the space in {folder}',
    'Before I mail the documents in {folder} I need to know how heavy each one is.',
    'which of the things in {folder} are big and which are small?',
    'how much room do the things in {folder} take up, one by one?',
    'I am about to free some space. Tell me the weight of everything in {folder}.',
  ],
};

export const TREE: PhraseBank = {
  easy: [
    'show the directory tree of {folder}',
    'show {folder} as a tree',
    'get the {directory |}tree of {folder}',
    'give me the whole tree below {folder}',
  ],
  medium: [
    'show {folder} with all its subfolders',
    'what does the structure of {folder} look like?',
    'draw the hierarchy of {folder}',
    'show everything under {folder}, level by level',
    'map out {folder} with all nested folders',
    'show me the nested structure of {folder}',
    'how is {folder} organised, subfolders included?',
    'go through {folder} and all its subfolders recursively and show what is there',
    'give me an outline of {folder} with everything inside it at any depth',
  ],
  hard: [
    'I want to understand how {folder} is laid out, down to the last subfolder.',
    'I am new here: how do the folders below {folder} hang together?',
    'what is nested inside {folder}, at every level?',
    'I need a full overview of {folder}, including what lies deeper.',
    'for the documentation I need the layout of {folder}, subfolders included.',
    'how deep does {folder} go, and what is on each level?',
    'If I unfolded {folder} completely, what would I see?',
  ],
};

export const MOVE: PhraseBank = {
  easy: [
    'move {path} to {dest}',
    'move {path} {over |}so that it becomes {dest}',
    'move {p} to its new place {dest}',
    'do a move of {path} to {dest}',
  ],
  medium: [
    'rename {path} to {dest}',
    'relocate {path} to {dest}',
    '{p} should be called {dest} from now on.',
    'transfer {path} to {dest}',
    'change the path of {p} to {dest}',
    'shift {path} to {dest}',
    'take {path} and put it at {dest}',
    'give {path} the new path {dest}',
    'bring {path} over to {dest}',
  ],
  hard: [
    '{p} is in the wrong place; it belongs at {dest}.',
    "I don't want {p} under that name any more, but as {dest}.",
    'from tomorrow I expect {p} under {dest}.',
    'I am tidying up: {p} goes to {dest}.',
    'where {p} is now it gets lost; {dest} would be better.',
    'we agreed on {dest} as the new place for {p}.',
    'keep {p}, but under {dest}',
  ],
};

export const COPY: PhraseBank = {
  easy: [
    'copy {path} to {dest}',
    'make a copy of {path} at {dest}',
    'copy {p} as {dest}',
    'copy {path} over to {dest}',
  ],
  medium: [
    'duplicate {path} as {dest}',
    'clone {path} to {dest}',
    'back up {path} to {dest}',
    'put a second version of {path} at {dest}',
    'have {p} in {dest} too',
  ],
  hard: [
    'I want to try something with {p} without losing it; give me the same thing as {dest}.',
    '{p} should stay, but I need it at {dest} as well.',
    'keep a spare of {p} under {dest}',
    'there should be a twin of {p} called {dest}.',
  ],
};

export const DELETE_PATH: PhraseBank = {
  easy: ['delete {path}', 'delete {p} from disk', 'remove {path}', 'delete the thing at {p}'],
  medium: ['erase {path}', 'get rid of {path}', 'throw {path} away', 'wipe {path}', 'trash {path}'],
  hard: [
    'I no longer need {p}.',
    '{p} can go.',
    'there is no reason to keep {p} any longer.',
    'clear {p} out of the way for good',
  ],
};

export const FIND: PhraseBank = {
  easy: [
    'search {folder} for {matches}',
    'search for {matches} in {folder}',
    'search everything below {folder} for {matches}',
    'do a search for {matches} in {folder}',
  ],
  medium: [
    'find {matches} in {folder}',
    'look for {matches} {under|below} {folder}',
    'where in {folder} do I find {matches}?',
    'locate {matches} inside {folder}',
    'give me the paths of {matches} within {folder}',
    'hunt down {matches} in {folder}',
    'collect {matches} from {folder} and its subfolders',
    'go through {folder} and pick out {matches}',
    'I am looking for {matches} in {folder}.',
  ],
  hard: [
    "I don't remember where I put things: I need {matches}, somewhere in {folder}.",
    'I need {matches} from {folder}, wherever they are.',
    'somewhere below {folder} there must be {matches}; where?',
    'My colleague asked for {matches}. They should be in {folder}.',
    'To clean up {folder} I have to know where {matches} are.',
    'get hold of {matches}, no matter how deep in {folder} they are',
    'which paths in {folder} lead to {matches}?',
  ],
};

export const INFO: PhraseBank = {
  easy: [
    'get the info on {path}',
    'get the file info of {p}',
    'give me info about {path}',
    'get the {info|details} for {p}',
  ],
  medium: [
    'how big is {path}?',
    'when was {path} last {changed|modified}?',
    'when was {path} created?',
    'show the metadata of {path}',
    'what are the permissions of {path}?',
    'what size does {path} have?',
    'show me the properties of {path}',
    'tell me the size and age of {path}',
    'how many bytes does {path} have?',
  ],
  hard: [
    'I suspect that {p} is out of date. When was it touched last?',
    'is {p} too large to be mailed?',
    'somebody says that {p} was changed; check its date.',
    'how old is {p}?',
    'I only need the hard facts on {p}: size, dates and permissions.',
    'am I permitted to write to {p}? Check its permissions.',
    'without opening it, what can you tell me about {p}?',
  ],
};

export const SCOPE: PhraseBank = {
  easy: [
    'list the allowed directories',
    'list all directories that {you are|this server is} allowed to {use|access|touch}',
    '{which|what} directories are allowed?',
    'show {me |}the list of allowed directories',
  ],
  medium: [
    '{which|what} folders {may|can} you {access|use|touch|open}?',
    'where are you permitted to {work|look|read and write}?',
    'what folders do you have access to?',
    'show me the folders {that are open to you|that you may enter}',
    'which {parts|areas} of the {disk|drive|computer} can you reach?',
    '{what|which} places may you {read and write|work in}?',
    'tell me which folders you can {get into|reach}',
    'what is your working area{| on this disk}?',
    '{which|what} root folders are you limited to?',
    'name the folders within your reach',
  ],
  hard: [
    'Before we start: where are you permitted to {look|work}?',
    "I don't want you to touch {private|secret|other people's} things. What is within your reach?",
    'I am not sure {what|which folders} I gave you access to; tell me.',
    'are there limits to where you can {work|look}? What are they?',
    '{which|what} paths could I ask you about at all?',
    'for our {security|safety|privacy} check I need the places that you can get at.',
    'how far does your access {go|reach} on this {computer|machine|disk}?',
  ],
};
