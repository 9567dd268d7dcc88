/** Binary operators by binding strength, loosest first, with the builtin that each stands for. */
export const operatorLevels: readonly ReadonlyMap<string, string>[] = [
  new Map([
    ['==', 'equal'],
    ['!=', 'neq'],
    ['<', 'lt'],
    ['<=', 'lte'],
    ['>', 'gt'],
    ['>=', 'gte'],
  ]),
  new Map([['|', 'or']]),
  new Map([['&', 'and']]),
  new Map([
    ['+', 'plus'],
    ['-', 'minus'],
  ]),
  new Map([
    ['*', 'mul'],
    ['/', 'div'],
    ['%', 'rem'],
  ]),
]

/** The builtins behind `x in xs` and `k, v in xs`. */
export const member2 = 'internal.member_2'
export const member3 = 'internal.member_3'
