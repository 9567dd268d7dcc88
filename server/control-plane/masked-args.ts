/** `--token`, `-password`, `--github-token`, `--api_key`; what follows it is its value. */
const secretFlag = /^--?(?:\w[\w-]*[-_])?(?:password|passwd|passphrase|token|key|apikey|secret)$/i
/** `--token=value`, and `API_KEY=value` as some programs take their environment. */
const secretValue = /^(-{0,2}(?:\w[\w-]*[-_])?(?:password|passwd|passphrase|token|key|apikey|secret)=)./is

/** Arguments of a program as they may be shown: values that are named like secrets become `[secret]`. A secret with no name before it cannot be known. */
export function maskedArgs(args: readonly string[]): readonly string[] {
  return args.map((arg, at) => {
    if (secretFlag.test(args[at - 1] ?? '')) return '[secret]'
    const name = secretValue.exec(arg)?.[1]
    return name === undefined ? arg : `${name}[secret]`
  })
}
