import { z } from 'zod';

const BeforeAfterSchema = z.object({ before: z.number(), after: z.number() });

/** What makes the selector's probabilities say how often its selection is right, fitted on steps of the validation split. */
export const CalibrationSchema = z.object({
  /** Shares are taken to the power of 1/temperature and shared out anew: above 1 the selector was too sure. */
  temperature: z.number().positive(),
  /** Steps that it was fitted on. */
  n: z.int().positive(),
  /** Share of them whose selection is right. */
  right: z.number(),
  /** Expected calibration error: how far the probability of the selection is from the share of right ones, over ten equal ranges, weighed by steps. */
  ece: BeforeAfterSchema,
  /** Mean log loss (natural logarithm) of the selection's being right. */
  logLoss: BeforeAfterSchema,
  /** Hash of the selector and the steps. */
  source: z.string(),
});
export type Calibration = z.infer<typeof CalibrationSchema>;
