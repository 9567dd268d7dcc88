import type { Action } from './call.ts'
import type { JsonObject } from './json.ts'
import { wordsOf } from './words.ts'

/**
 * The verbs we know; any other is `execute`. `query` counts as reading: what a query does stands in its text, which policies see as a
 * resource. `fetch` and `download` are `network`: an address can carry data out. `directory` and `tree` begin the names of tools
 * that list.
 */
const verbs: Readonly<Record<Action, string>> = {
  read: `read get list ls search find query lookup look view show display describe explain count check validate verify inspect examine
    status stat stats info peek preview directory tree glob grep cat head tail diff compare summarize summarise analyze analyse select scan
    retrieve watch trace history echo screenshot snapshot whoami is has exists estimate calculate compute convert parse discover
    enumerate filter outline measure recall translate`,
  write: `write create update edit modify change set put patch add append insert upsert save store move mv rename copy cp duplicate clone
    fork upload import make mkdir touch new generate replace merge commit push pull rebase tag label assign unassign close reopen comment
    annotate star follow subscribe unsubscribe pin unpin archive restore undo redo revert sync attach detach mark toggle lock unlock
    schedule reschedule draft remember checkout increment decrement enqueue`,
  delete: `delete del remove rm rmdir drop purge unlink truncate destroy erase wipe clear clean cleanup prune trash discard expunge
    uninstall forget cancel flush reset evict shred`,
  execute: `execute exec run eval evaluate call invoke start stop restart kill terminate launch spawn trigger build deploy install test
    compile script shell bash sh sudo command`,
  send: `send post reply publish notify email mail message forward share invite broadcast tweet dm sms announce respond dispatch emit`,
  network: `network fetch http https curl wget request download crawl scrape browse navigate goto visit ping connect dns whois proxy tunnel`,
  admin: `admin grant revoke permit authorize deauthorize enable disable chmod chown impersonate promote demote escalate rotate ban unban
    block unblock suspend provision deprovision enroll`,
}

const actionOfVerb = new Map<string, Action>(
  Object.entries(verbs).flatMap(([action, words]) => words.split(/\s+/).map(word => [word, action as Action] as const)),
)

/** Most harmful last: of the verbs joined by `and` or `or` the last in this order counts. */
const gravity: readonly Action[] = ['read', 'network', 'send', 'write', 'execute', 'delete', 'admin']

/**
 * What a tool does, by the verb of its name: the text before the first `_ - / .` or camelCase hump. An unknown verb is `execute`.
 * In `get_or_create`, `findAndReplace` the graver verb counts. MCP annotations can raise reading to writing and lower nothing.
 */
export function actionOf(tool: string, annotations: JsonObject = {}): Action {
  const words = wordsOf(tool)
  const joined = words.filter((_, index) => index > 0 && ['and', 'or'].includes(words[index - 1] ?? ''))
  const action = [words[0] ?? '', ...joined].map(word => actionOfVerb.get(word) ?? 'execute').reduce(graver)
  const writes = annotations.readOnlyHint === false || annotations.destructiveHint === true
  return action === 'read' && writes ? 'write' : action
}

function graver(a: Action, b: Action): Action {
  return gravity.indexOf(a) >= gravity.indexOf(b) ? a : b
}
