import type { CommandOption, CommandRow } from '../../cli/command.ts'
import { commands, globalOptions } from '../../cli/commands.ts'
import { code, page, table } from './markdown.ts'

/** The reference of the command line, in Markdown. */
export function renderCommands(): string {
  return page('cli/commands.ts', introduction, optionTable(globalOptions), ...commands.map(sectionOf))
}

const introduction = `# Commands

Results go to standard output, remarks and errors to standard error. Exit codes are those of [errors.md](errors.md). Every command takes these options,
and \`--help\`:`

function optionTable(options: readonly CommandOption[]): string {
  return table(
    ['option', 'meaning'],
    options.map(({ flags, about }) => [code(flags), about]),
  )
}

function sectionOf({ name, summary, args, options = [], examples = [] }: CommandRow): string {
  const usage = ['behavry', name, args].filter(Boolean).join(' ')
  return [
    `## ${name}`,
    `${code(usage)}: ${summary}.`,
    ...(options.length > 0 ? [optionTable(options)] : []),
    ...(examples.length > 0 ? [['```sh', ...examples, '```'].join('\n')] : []),
  ].join('\n\n')
}
