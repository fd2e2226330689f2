/** Why a candidate is no good: in few different words, to be counted, and for the teacher. */
export interface Refusal {
  reason: string;
  tell: string;
}
