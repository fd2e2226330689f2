import type { Confusions } from '../../core/confusions.ts';
import { SchemaValidators } from '../../core/schema-validators.ts';
import type { Catalogue, Tool } from '../../core/tool.ts';
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
  return [
    ...excludedStill(settings, catalogue),
    ...misspelt(settings, catalogue),
    ...unfitValues(settings, catalogue),
    ...idle,
  ];
}

/** The catalogue was made before `tools.exclude` named these. */
function excludedStill({ tools: { exclude } }: Settings, { tools }: Catalogue): string[] {
  const still = tools.filter(({ id, server }) => exclude.includes(id) || exclude.includes(`${server}.*`));
  if (still.length === 0) return [];
  const ids = still.map(({ id }) => id).join(', ');
  return [`\`tools.exclude\` names ${ids}, which the catalogue still has: run \`pnpm pipeline discover\``];
}

/** Confusions of another workspace's tools: they lead to nothing. */
export function focusWarnings(confusions: Confusions, { tools }: Catalogue): string[] {
  const known = new Set<string | null>([null, ...tools.map(({ id }) => id)]);
  const foreign = confusions.filter(({ gold, predicted }) => !known.has(gold) || !known.has(predicted));
  if (foreign.length === 0) return [];
  const named = foreign.flatMap(({ gold, predicted }) => [gold, predicted]).find((id) => !known.has(id));
  return [
    `\`synthesize.focus\`: ${foreign.length} of ${confusions.length} confusions are of tools that the catalogue does not have, such as ${named}`,
  ];
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

/** What `synthesize.values` names for tools that do not have it, or do not allow it: it would be passed over, or spoil each call. */
function unfitValues({ synthesize: { values } }: Settings, { tools }: Catalogue): string[] {
  return Object.entries(values).flatMap(([name, given]) => {
    const meant = tools.filter(({ id, server }) => name === id || name === `${server}.*`);
    const parameters = [...new Set(meant.flatMap(({ inputSchema }) => Object.keys(propertiesOf(inputSchema))))];
    if (meant.length === 0) return [];
    return Object.entries(given).flatMap(([parameter, all]) => {
      const setting = `synthesize.values.${name}.${parameter}`;
      if (!parameters.includes(parameter))
        return [`\`${setting}\`: there is no such parameter${suggestion(parameter, parameters)}`];
      return all.flatMap((value) => {
        const trouble = meant.map((tool) => unfit(tool, parameter, value)).find((one) => one !== undefined);
        return trouble === undefined
          ? []
          : [`\`${setting}\` names ${JSON.stringify(value)}, which does not fit: ${trouble}`];
      });
    });
  });
}

/** Why a value is none of a tool's parameter; `undefined` where it is one, or the tool does not have the parameter. */
function unfit({ inputSchema }: Tool, parameter: string, value: unknown): string | undefined {
  const properties = propertiesOf(inputSchema);
  if (!Object.hasOwn(properties, parameter)) return undefined;
  const { required: _, ...rest } = inputSchema;
  return validators.check({ ...rest, properties: { [parameter]: properties[parameter] } })({ [parameter]: value });
}

function propertiesOf({ properties }: Tool['inputSchema']): Record<string, unknown> {
  return (properties ?? {}) as Record<string, unknown>;
}

const validators = new SchemaValidators();
