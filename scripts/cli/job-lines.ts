import { memorySize } from '../../core/byte-size.ts';
import { type JobBoard, type JobRow, type JobState, secondsLeftOf } from '../../pipelines/train/watch/job-board.ts';
import { durationText } from './duration.ts';
import { safeText } from './safe-text.ts';

export interface JobLinesOptions {
  /** Columns and lines that there are; nothing returned takes more. */
  width: number;
  height: number;
  /** Milliseconds. */
  now: number;
  /** Colours a state; the text stays as wide as it is. */
  paint?: (state: JobState, text: string) => string;
}

/** In the order in which they are worth a line. */
const WORTH: readonly JobState[] = ['training', 'validating', 'failed', 'interrupted', 'waiting', 'done', 'skipped'];
/** What a name gets before other columns do. */
const leastName = (width: number) => Math.min(16, Math.max(6, Math.floor(width / 3)));
const GAP = 2;

/** A line for each job under a heading, and one about all; where there are too many jobs, those at work and a count of the others. */
export function jobLines(
  board: JobBoard,
  { width, height, now, paint = (_, text) => text }: JobLinesOptions,
): string[] {
  const warning = board.warning === undefined ? [] : [clip(`warning: ${firstLine(board.warning)}`, width)];
  const foot = [...warning, clip(jobSummary(board, now), width)];
  const { shown, rest } = chooseRows(board.rows, height - 1 - foot.length);
  if (shown.length === 0) return foot.slice(-Math.max(1, height));
  const columns = columnsFor(shown, width);
  const head = columns.map(({ head, width: wide, left }) => pad(head, wide, left)).join(' '.repeat(GAP));
  const lines = shown.map((row) => lineOf(row, columns, { width, paint }));
  return [clip(head.trimEnd(), width), ...lines, ...(rest === '' ? [] : [clip(rest, width)]), ...foot];
}

/** `3 of 40 done, 1 failed, 2 at work, 34 waiting, about 12m 05s left` */
export function jobSummary(board: JobBoard, now: number): string {
  const count = (...states: JobState[]) => board.rows.filter(({ state }) => states.includes(state)).length;
  const left = board.isOver ? undefined : board.secondsLeft(now);
  const parts = [
    `${count('done')} of ${board.rows.length} done`,
    ...counted(count('failed'), 'failed'),
    ...counted(count('interrupted'), 'interrupted'),
    ...counted(count('training', 'validating'), 'at work'),
    ...counted(count('waiting'), 'waiting'),
    ...counted(count('skipped'), 'skipped'),
    ...(left === undefined ? [] : [`about ${durationText(left)} left`]),
  ];
  return parts.join(', ');
}

function counted(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} ${what}`];
}

/** The rows that there is room for, in their own order, and what is said of the others. */
function chooseRows(rows: readonly JobRow[], room: number): { shown: readonly JobRow[]; rest: string } {
  if (rows.length <= room) return { shown: rows, rest: '' };
  const wanted = rows.toSorted((a, b) => WORTH.indexOf(a.state) - WORTH.indexOf(b.state));
  const chosen = new Set(wanted.slice(0, Math.max(0, room - 1)));
  const others = rows.filter((row) => !chosen.has(row));
  const counts = WORTH.flatMap((state) => counted(others.filter((row) => row.state === state).length, state));
  return { shown: rows.filter((row) => chosen.has(row)), rest: `and ${counts.join(', ')}` };
}

interface Column {
  head: string;
  text: (row: JobRow) => string;
  width: number;
  /** Whether its text stands to the left. */
  left: boolean;
}

/** The columns that a line has room for; the first ones matter most. They stand in the order of `place`. */
function columnsFor(rows: readonly JobRow[], width: number): Column[] {
  const gpu = rows.some(({ memory }) => memory?.gpu);
  const make = (place: number, head: string, text: Column['text'], left = false) => ({
    place,
    column: { head, text, left, width: Math.max(head.length, ...rows.map((row) => text(row).length)) },
  });
  const name = make(0, 'adapter', (row) => row.name, true);
  const others = [
    make(1, 'state', (row) => row.state.padEnd('validating'.length), true),
    make(2, 'step', (row) => (row.total === 0 ? '' : `${row.step}/${row.total}`)),
    make(7, 'left', leftText),
    make(3, 'loss', (row) => row.loss?.toFixed(3) ?? ''),
    make(5, 'trained/s', (row) => (row.rate === undefined ? '' : String(Math.round(row.rate)))),
    make(6, gpu ? 'GPU mem' : 'memory', ({ memory }) => (memory === undefined ? '' : memorySize(memory.bytes))),
    make(4, 'validation', (row) => row.validationLoss?.toFixed(3) ?? ''),
  ];
  const least = Math.min(leastName(width), name.column.width);
  let room = width - least;
  const kept = others.filter(({ column }) => {
    if (rows.every((row) => column.text(row) === '')) return false;
    if (room < column.width + GAP) return false;
    room -= column.width + GAP;
    return true;
  });
  name.column.width = Math.min(name.column.width, least + room, Math.max(1, width));
  return [name, ...kept].sort((a, b) => a.place - b.place).map(({ column }) => column);
}

function leftText(row: JobRow): string {
  const seconds = secondsLeftOf(row);
  return seconds === undefined ? '' : durationText(seconds);
}

/** A failed job tells why in place of its figures. */
function lineOf(
  row: JobRow,
  columns: readonly Column[],
  { width, paint }: Required<Pick<JobLinesOptions, 'width' | 'paint'>>,
) {
  const told = row.state === 'failed' && row.note !== undefined;
  const used = told ? columns.filter(({ head }) => head === 'adapter' || head === 'state') : columns;
  const cells = used.map((column) => {
    const text = pad(shorten(column.text(row), column.width), column.width, column.left);
    return column.head === 'state' ? paint(row.state, text) : text;
  });
  const line = cells.join(' '.repeat(GAP));
  if (!told) return line.trimEnd();
  const room = width - used.reduce((sum, column) => sum + column.width + GAP, 0);
  return room < 1 ? line : line + ' '.repeat(GAP) + clip(firstLine(row.note!), room);
}

/** Names often begin alike: their middle is left out. */
function shorten(text: string, width: number): string {
  if (text.length <= width) return text;
  const end = Math.ceil((width - 1) * 0.7);
  return width < 2 ? text.slice(0, width) : `${text.slice(0, width - 1 - end)}…${text.slice(text.length - end)}`;
}

function firstLine(text: string): string {
  return safeText(text.split('\n')[0]!);
}

function clip(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 1 ? '' : `${text.slice(0, width - 1)}…`;
}

function pad(text: string, width: number, left: boolean): string {
  return left ? text.padEnd(width) : text.padStart(width);
}
