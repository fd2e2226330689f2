import { join } from 'node:path';

/** The folder of the toolkit itself, absolute. */
export const PROJECT_ROOT = join(import.meta.dirname, '..');

/** What the project makes for itself and can make again: the llama.cpp source, downloads. */
export const CACHE_FOLDER = join(PROJECT_ROOT, '.cache');

/** The committed tiny base (see its README.md). */
export const EMBEDDED_BASE = join(PROJECT_ROOT, 'trainers', 'embedded-base');
