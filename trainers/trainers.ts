import { AXOLOTL } from './axolotl.ts';
import type { Job } from './job.ts';
import { PEFT } from './peft.ts';
import type { TrainerKind } from './trainer-kind.ts';
import { TRL } from './trl.ts';
import { UNSLOTH } from './unsloth.ts';

/** The trainers that a recipe can name. */
export const TRAINERS: Readonly<Record<Job['trainer'], TrainerKind>> = {
  peft: PEFT,
  trl: TRL,
  unsloth: UNSLOTH,
  axolotl: AXOLOTL,
};
