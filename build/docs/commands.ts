import type { CommandRow } from '../../cli/command.ts'
import { commands } from '../../cli/commands.ts'
import { code, page, table } from './markdown.ts'

/** The reference of the command line, in Markdown. */
export function renderCommands(): string {
  return page('cli/commands.ts', introduction, ...commands.map(sectionOf))
}

const introduction = `# Commands

\`behavry --help\` lists the options that every command takes, \`behavry <command> --help\` those of one. Results go to standard output, remarks
and errors to standard error. Exit codes are those of [errors.md](errors.md).`

function sectionOf({ name, summary, args, options = [], examples = [] }: CommandRow): string {
  const usage = ['behavry', name, args].filter(Boolean).join(' ')
  return [
    `## ${name}`,
    `${code(usage)}: ${summary}.`,
    ...(options.length > 0
      ? [
          table(
            ['option', 'meaning'],
            options.map(({ flags, about }) => [code(flags), about]),
          ),
        ]
      : []),
    ...(examples.length > 0 ? [['```sh', ...examples, '```'].join('\n')] : []),
  ].join('\n\n')
}
