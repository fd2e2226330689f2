// The page's only script of its own.
import { startCharts } from './charts.js';
import { startFailures } from './failures.js';
import { startTraces } from './traces.js';

startCharts();
// The charts in view come first: the lists may have megabytes to read.
setTimeout(() => {
  startFailures();
  startTraces();
}, 30);
