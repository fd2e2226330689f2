import type { Bundle } from '../../../core/bundle.ts';
import type { HubModel } from '../../../core/hub/hub-model.ts';

/** What launch files are made of. Nothing of it is a path of this machine: bundles are moved, and published. */
export interface LaunchBundle extends Pick<Bundle, 'base' | 'adapters'> {
  /** The base's model on the Hub; absent where it is a folder. */
  hub?: HubModel;
  /** The text that ends a turn. */
  stop: string;
  /** Most tokens of prompt and answer together. */
  contextSize: number;
}
