import { ToolkitError } from '../../../core/errors.ts';
import type { EndpointSettings } from './endpoint-settings.ts';

export interface Usage {
  requests: number;
  input: number;
  output: number;
}

/** There is no more to spend; asking again does not help. */
export class BudgetUsedUp extends ToolkitError {}

/** Counts what is used and lets no request go that might take more than what is left. */
export class Budget {
  readonly #limits: EndpointSettings['budget'];
  readonly #price: EndpointSettings['price'];
  readonly #used: Usage;
  readonly #setting: string;
  /** The most that the requests under way may take. */
  readonly #pending = new Set<Usage>();
  #settled = Promise.withResolvers<void>();

  /**
   * @param before what was used by earlier runs
   * @param setting where the model stands in the settings, for messages
   */
  constructor(
    { budget, price }: Pick<EndpointSettings, 'budget' | 'price'>,
    before: Usage,
    setting = 'synthesize.teacher',
  ) {
    this.#setting = setting;
    this.#limits = budget;
    this.#price = price;
    this.#used = { ...before };
  }

  get used(): Readonly<Usage> {
    return this.#used;
  }

  /** In the currency of the prices; `undefined` where there are none. */
  get cost(): number | undefined {
    return this.#price && this.#costOf(this.#used);
  }

  /**
   * Waits until it is certain whether a request fits, runs it and counts what it took.
   * @param most what it may take at most
   * @throws ToolkitError where the budget is used up
   */
  async spend<T extends { tokens: { input: number; output: number } }>(
    most: { input: number; output: number },
    run: () => Promise<T>,
  ): Promise<T> {
    const reserved: Usage = { requests: 1, ...most };
    while (this.#exceeded(reserved) !== undefined) {
      if (this.#pending.size === 0) throw this.#refuse(reserved);
      await this.#settled.promise;
    }
    this.#pending.add(reserved);
    try {
      const result = await run();
      this.#add(this.#used, { requests: 1, ...result.tokens });
      return result;
    } finally {
      this.#pending.delete(reserved);
      this.#settled.resolve();
      this.#settled = Promise.withResolvers<void>();
    }
  }

  #add(total: Usage, { requests, input, output }: Usage): void {
    total.requests += requests;
    total.input += input;
    total.output += output;
  }

  #costOf({ input, output }: Usage): number {
    return (input * (this.#price?.input ?? 0) + output * (this.#price?.output ?? 0)) / 1e6;
  }

  /** The limit that one more request would go over. */
  #exceeded(next: Usage): keyof EndpointSettings['budget'] | undefined {
    const total = { ...this.#used };
    for (const usage of [...this.#pending, next]) this.#add(total, usage);
    const { requests = Infinity, tokens = Infinity, money = Infinity } = this.#limits;
    if (total.requests > requests) return 'requests';
    if (total.input + total.output > tokens) return 'tokens';
    return this.#costOf(total) > money ? 'money' : undefined;
  }

  #refuse(next: Usage): BudgetUsedUp {
    const limit = this.#exceeded(next)!;
    const { requests, input, output } = this.#used;
    const used = { requests, tokens: input + output, money: this.#costOf(this.#used).toFixed(4) };
    const more = { requests: 1, tokens: next.input + next.output, money: this.#costOf(next).toFixed(4) };
    return new BudgetUsedUp({
      kind: 'failed',
      what: `the ${this.#setting.split('.').at(-1)}'s budget of ${limit} is used up; what was made until now is kept`,
      where: `${this.#setting}.budget.${limit}`,
      found: `${used[limit]} of ${this.#limits[limit]} used, and the next request may take ${more[limit]}`,
      todo: 'raise it in workspace.yaml and run the same command again: it goes on here, and no answer is paid for twice',
    });
  }
}
