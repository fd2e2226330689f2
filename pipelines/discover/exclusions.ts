import { nearest } from '../../core/nearest.ts';

/** What `tools.exclude` (ids, or `server.*`) leaves out. */
export interface Exclusions {
  hasServer(server: string): boolean;
  hasTool(server: string, name: string): boolean;
  /**
   * Asked last: what it names and no server offers, as a misspelt id leaves nothing out.
   * @param unread servers whose tools could not be listed
   */
  mistakes(unread: readonly string[]): string[];
}

export function exclusions(ids: readonly string[]): Exclusions {
  const asked = new Set<string>();
  const has = (id: string) => {
    asked.add(id);
    return ids.includes(id);
  };
  return {
    hasServer: (server) => has(`${server}.*`),
    hasTool: (server, name) => has(`${server}.${name}`),
    mistakes(unread) {
      const whole = [...asked].filter((id) => id.endsWith('.*') && ids.includes(id)).map((id) => id.slice(0, -1));
      const unknown = [...whole, ...unread.map((server) => `${server}.`)];
      const wrong = ids.filter((id) => !asked.has(id) && !unknown.some((start) => id.startsWith(start)));
      return wrong.map((id) => `\`tools.exclude\` names ${id}, which no server offers${suggestion(id, [...asked])}`);
    },
  };
}

/** For the end of a message about a name that is not known. */
export function suggestion(id: string, known: readonly string[]): string {
  const near = nearest(id, known);
  return near === undefined ? '' : `: did you mean ${near}?`;
}
