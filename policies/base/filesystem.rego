# METADATA
# title: Filesystem
# description: |
#   No call on any server may name a place where secrets are kept (`/etc`, `/root`, `/proc`, `.ssh`, `.env`, key files,
#   anything called credentials) or a path that climbs with `..`, in whichever argument, as a path, a `file:` address, or a
#   word of a command. Whatever else is allowed, this refuses. On file servers it also lets readers see the tree of folders,
#   whose tool name does not say that it reads.
# scope: package
# custom:
#   scope: {}
package behavry.policies.base.filesystem

import data.behavry.facts.path
import data.behavry.facts.permission
import rego.v1

file_servers := {"demo", "filesystem", "fs"}

secret_roots := {["etc"], ["root"], ["~root"], ["proc"], ["private", "etc"], ["run", "secrets"], ["var", "run", "secrets"]}

secret_names := {".git-credentials", ".gnupg", ".netrc", ".pgpass", "id_dsa", "id_ecdsa", "id_ed25519", "id_rsa"}

answer(result, reason) := {"result": result, "reason": reason, "policy": "base.filesystem"}

decision := answer("deny", "The call names a place where secrets are kept.") if {
	some resource in input.request.resources
	paths := path.paths(resource)
	some place in paths
	secret(place, path.names(place), count(paths) == 1)
} else := answer("deny", "The call names a path that climbs out of its folder.") if {
	some resource in input.request.resources
	some place in path.paths(resource)
	".." in path.names(place)
} else := answer("allow", "The agent may read here, and this tool lists folders.") if {
	input.request.mcp_server in file_servers
	input.request.tool_name == "directory_tree"
	input.request.action in {"execute", "read"}
	permission.holds("read")
}

secret(place, names, _) if {
	path.rooted(place)
	some root in secret_roots
	array.slice(names, 0, count(root)) == root
}

secret(_, names, _) if {
	some name in names
	secret_name(name)
}

# In a sentence or a query the word alone is talk, not a place.
secret(place, _, alone) if {
	contains(place, "credentials")
	looks_like_a_path(place, alone)
}

secret_name(name) if name in secret_names

secret_name(name) if startswith(name, ".env")

secret_name(name) if endswith(name, ".env")

secret_name(name) if startswith(name, ".ssh")

looks_like_a_path(_, true)

looks_like_a_path(place, _) if contains(place, "/")

looks_like_a_path(place, _) if contains(place, ".")
