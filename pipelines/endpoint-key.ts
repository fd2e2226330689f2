import type { Context } from '../core/context.ts';
import { ToolkitError } from '../core/errors.ts';

/** How an endpoint is reached, as settings say it. */
interface EndpointAccess {
  baseUrl: string;
  /** What the settings call `baseUrl`, where they call it otherwise. */
  urlMember?: string;
  /** Name of the environment variable that holds the API key. */
  apiKeyFrom?: string;
}

/**
 * The API key of an endpoint; `undefined`: none is sent.
 * @param setting where the endpoint stands in `workspace.yaml`
 * @throws ToolkitError (input) where the key's variable is not set, or where a secret may stand in the URL, which goes into manifests
 */
export function endpointKey(
  { baseUrl, urlMember = 'baseUrl', apiKeyFrom }: EndpointAccess,
  { variables = {} }: Pick<Context, 'variables'>,
  setting: string,
): string | undefined {
  refuseSecrets(new URL(baseUrl), `${setting}.${urlMember}`);
  return apiKeyFrom === undefined ? undefined : keyFrom(apiKeyFrom, variables, `${setting}.apiKeyFrom`);
}

function refuseSecrets({ username, password, search }: URL, where: string): void {
  if (username === '' && password === '' && search === '') return;
  throw new ToolkitError({
    kind: 'input',
    what: 'a URL with a user, a password or a query, which may be secret',
    where,
    expected: 'such as https://api.openai.com/v1',
    todo: 'put the key into an environment variable, and its name into `apiKeyFrom`',
  });
}

/** @throws ToolkitError (input) where the variable is not set */
export function keyFrom(name: string, variables: NonNullable<Context['variables']>, where: string): string {
  const key = variables[name];
  if (key) return key;
  // Somebody may have put the key itself there: only what looks like a name is shown.
  const shown = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/.test(name)
    ? name
    : '(not shown: it does not look like NAME_OF_VARIABLE)';
  throw new ToolkitError({
    kind: 'input',
    what: 'the environment variable of the API key is not set',
    where,
    expected: 'the name of an environment variable that holds the key, such as OPENAI_API_KEY',
    found: shown,
    todo: 'set it in the shell that runs this command',
  });
}
