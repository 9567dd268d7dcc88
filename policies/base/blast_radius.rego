# METADATA
# title: Blast radius
# description: |
#   Bounds what one call can spoil. Deleting near a root is refused. More than 10 recipients, more than 50 items, a write
#   into a system or settings folder, and a write to a file that steers an agent are held for approval. It never allows.
# scope: package
# custom:
#   scope: {}
package behavry.policies.base.blast_radius

import data.behavry.facts.path
import rego.v1

min_delete_depth := 3

max_recipients := 10

max_items := 50

system_roots := {["etc"], ["root"]}

settings_folders := {".aws", ".config", ".ssh"}

steering_names := {"identity", "memory", "soul"}

answer(result, reason) := {"result": result, "reason": reason, "policy": "base.blast_radius"}

decision := answer("deny", "Deleting this close to a root is never permitted.") if {
	input.request.action == "delete"
	some resource in input.request.resources
	shallow(path.plain(resource))
} else := answer("escalate", "The call has more than 10 recipients.") if {
	input.request.action == "send"
	recipients > max_recipients
} else := answer("escalate", "The call touches more than 50 items at once.") if {
	input.request.resource_count > max_items
} else := answer("escalate", "The call changes a system or settings folder.") if {
	changes
	some resource in input.request.resources
	guarded_folder(path.plain(resource))
} else := answer("escalate", "The call changes a file that steers an agent.") if {
	changes
	some resource in input.request.resources
	some name in path.names(path.plain(resource))
	guarded_name(name)
}

changes if input.request.action != "read"

shallow(plain) if {
	path.rooted(plain)
	count([name | some name in path.names(plain); counts(name)]) < min_delete_depth
}

shallow(plain) if plain in {"", ".", "..", "*", "**"}

# A wildcard stands for all below it, a drive for its root: neither makes a path deeper.
counts(name) if {
	not contains(name, "*")
	not endswith(name, ":")
}

recipients := max([input.request.resource_count, count(addresses)])

addresses contains trim_space(address) if {
	some resource in input.request.resources
	some address in split(replace(resource, ";", ","), ",")
}

guarded_folder(plain) if {
	path.rooted(plain)
	some root in system_roots
	array.slice(path.names(plain), 0, 1) == root
}

guarded_folder(plain) if {
	some name in path.names(plain)
	name in settings_folders
}

guarded_name(name) if split(name, ".")[0] in steering_names

guarded_name(name) if startswith(name, ".env")
