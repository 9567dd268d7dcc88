# METADATA
# title: Database
# description: |
#   Readers may run one statement that only reads; writers may insert and update. A deletion, and anything that is not plainly
#   one of these, is held for approval. Changing the schema or rights, several statements in one text, and functions that reach
#   files, programs or other hosts are refused. Every text argument counts, comments and literals included, because telling
#   them apart needs the database's own parser. It bounds mistakes; the account that the server signs in with bounds malice.
# scope: package
# custom:
#   scope:
#     servers: [database, db, mariadb, mssql, mysql, postgres, postgresql, sqlite]
package behavry.policies.base.database

import data.behavry.facts.permission
import rego.v1

reading := {"describe", "explain", "select", "show", "values"}

writing := {"insert", "update"}

# Inside a reading statement these change something after all (`with … update`, `select … into`, `explain analyze delete`).
changing := {"analyze", "delete", "insert", "into", "lock", "merge", "replace", "set", "update"}

removing := {"delete", "truncate"}

# Statements about the schema, rights, the session or the server.
governing := {
	"alter", "analyze", "attach", "call", "cluster", "comment", "copy", "create", "detach", "do", "drop", "exec", "execute", "grant",
	"import", "install", "load", "pragma", "reassign", "refresh", "reindex", "rename", "reset", "revoke", "security", "set", "vacuum",
}

# Of these, the ones that no comment in front may hide.
shaping := {"alter", "create", "drop", "grant", "revoke"}

# Functions that reach files, programs, other hosts or other sessions. `u&` begins an identifier with escapes.
reaching := {
	"dumpfile", "load_extension", "load_file", "outfile", "pg_cancel_backend", "pg_sleep", "pg_terminate_backend", "readfile", "sleep", "u&",
	"writefile", "xp_cmdshell",
}

reaching_families := {"dblink", "lo_", "pg_ls_", "pg_read_", "pg_stat_file", "sp_oa", "xp_"}

name_letters := "abcdefghijklmnopqrstuvwxyz0123456789_."

marks := {
	"\t": " ", "\n": " ", "\r": " ", "\f": " ", "(": " ", ")": " ", ",": " ", "\"": " ", "`": " ", "'": " ", "[": " ", "]": " ",
	"!": " ", "#": " ", "=": " ", "<": " ", ">": " ", "+": " ", ".": " ", ":": " ", "*": " ", "|": " ",
}

answer(result, reason) := {"result": result, "reason": reason, "policy": "base.database"}

# First, so that nothing else loops over more than this.
decision := answer("deny", "The statements are too long to be judged.") if {
	count(texts) > 1000
} else := answer("deny", "The statements are too long to be judged.") if {
	count(concat("", texts)) > 100000
} else := answer("deny", "Changing schemas or rights, and reaching outside the database, are not permitted.") if {
	some statement in statements
	governs_or_reaches(statement)
} else := answer("deny", "Only one statement at a time is permitted.") if {
	some text in texts
	contains(trim(text, "; \t\r\n"), ";")
} else := answer("deny", "Deleting and administering are not permitted here.") if {
	input.request.action in {"admin", "delete"}
} else := answer("allow", "The agent may read, and this only reads.") if {
	permission.holds("read")
	input.request.action in {"execute", "read"}
	every statement in statements { only_reads(statement) }
} else := answer("allow", "The agent may write, and this inserts or updates.") if {
	permission.holds("write")
	every statement in statements { only_writes(statement) }
} else := answer("escalate", "This statement needs the approval of a person.") if {
	some verb in {"read", "write"}
	permission.holds(verb)
} else := answer("deny", "The agent has no permission on this database.")

texts contains lower(value) if {
	walk(input.request.parameters, [_, value])
	is_string(value)
}

texts contains lower(resource) if some resource in input.request.resources

statements contains words(text) if some text in texts

# A text as its words; the name of a table or the like, with its schema, is one.
words(text) := [text] if {
	trim(text, name_letters) == ""
} else := [word |
	some word in split(strings.replace_n(marks, uncommented(text)), " ")
	word != ""
]

# The signs of a comment go, its words stay: some databases run what stands in it.
uncommented(text) := replace(replace(replace(trim(text, "; \t\r\n"), "/*", " "), "*/", " "), "--", " ")

governs_or_reaches(statement) if statement[0] in governing

governs_or_reaches(statement) if {
	not statement[0] in (reading | writing)
	some word in statement
	word in shaping
}

governs_or_reaches(statement) if {
	some word in statement
	word in reaching
}

governs_or_reaches(statement) if {
	some word in statement
	some family in reaching_families
	startswith(word, family)
}

only_reads(statement) if {
	count(statement) < 2
}

only_reads(statement) if {
	statement[0] in reading
	every word in statement { not word in changing }
	every word in statement { not word in removing }
}

only_writes(statement) if only_reads(statement)

only_writes(statement) if {
	statement[0] in writing
	every word in statement { not word in removing }
}
