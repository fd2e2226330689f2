import type { Catalogue } from '../../core/tool.ts';
import type { Sandbox } from '../../runtime/sandbox.ts';
import { suggestion } from '../discover/exclusions.ts';
import type { Settings } from '../settings.ts';

/** What the user may not have meant by the settings: names that nothing bears, and tools that are not run. */
export function settingsWarnings(
  settings: Settings,
  catalogue: Catalogue,
  { mayExecute }: Pick<Sandbox, 'mayExecute'>,
): string[] {
  const idle = catalogue.tools
    .filter((tool) => !mayExecute(tool))
    .map(
      ({ id }) =>
        `${id} is not run: nothing says that it is read-only, and its server has no sandbox. Its traces have no results.`,
    );
  return [...misspelt(settings, catalogue), ...idle];
}

/** What `sandbox` and `safe` name and nothing bears: it would be passed over, and tools not be run. */
function misspelt({ sandbox, safe, synthesize: { values } }: Settings, { servers, tools }: Catalogue): string[] {
  const unknown = (setting: string, named: readonly string[], known: readonly string[]) =>
    named
      .filter((name) => !known.includes(name))
      .map((name) => `\`${setting}\` names ${name}, which the catalogue does not have${suggestion(name, known)}`);
  const names = servers.map(({ name }) => name);
  const ids = [...tools.map(({ id }) => id), ...names.map((name) => `${name}.*`)];
  return [
    ...unknown('sandbox', Object.keys(sandbox), names),
    ...unknown('safe', safe, ids),
    ...unknown('synthesize.values', Object.keys(values), ids),
  ];
}
