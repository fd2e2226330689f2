import { basename } from 'node:path';
import { isHubReference, parseHubModel } from '../../core/hub/hub-model.ts';
import type { Settings } from '../settings.ts';

/** How a base is named where the workspace's folders are not. */
export interface PublishedBase {
  /** For people, and as PEFT's `base_model_name_or_path`. */
  name: string;
  /** `base` of workspace.yaml; absent where it is a folder, whose path says nothing elsewhere. */
  setting?: string;
  /** A model of the Hub. */
  repo?: string;
  revision?: string;
}

export function publishedBase({ base }: Pick<Settings, 'base'>): PublishedBase {
  if (base === 'embedded') return { name: 'embedded-base', setting: base };
  const model = isHubReference(base) ? parseHubModel(base) : undefined;
  if (model === undefined) return { name: basename(base) };
  return { name: model.repo, setting: base, ...model };
}
