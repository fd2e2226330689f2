import { ToolkitError } from '../../core/errors.ts';
import type { TrainerEvent } from '../events.ts';
import { parseEvent } from '../parse-event.ts';
import { jobFailure } from '../trainer-failure.ts';

/** Reads what a trainer prints on stdout. */
export interface EventReader {
  readLine(line: string): void;
  /** The first error that concerns no job alone. */
  told?: ToolkitError;
}

/** @param name the trainer's, for messages */
export function eventReader(name: string, onEvent: (event: TrainerEvent) => void): EventReader {
  const reader: EventReader = {
    readLine(line) {
      const event = parseEvent(name, line);
      if (event instanceof ToolkitError) reader.told ??= event;
      else if (event.event === 'error' && event.job === null) reader.told ??= jobFailure(event);
      else onEvent(event);
    },
  };
  return reader;
}
