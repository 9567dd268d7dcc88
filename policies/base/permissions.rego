# METADATA
# title: Permissions
# description: |
#   What an agent's permissions allow on any server. Reading needs `<server>:read` and so on for every verb; a write by an
#   agent that may only read is held for approval. Deleting and administering are refused, and held for approval when the
#   agent has that very permission: nothing here lets them through unseen. Anything else is no opinion.
# scope: package
# custom:
#   scope: {}
package behavry.policies.base.permissions

import data.behavry.facts.permission
import rego.v1

ordinary := {"read", "write", "execute", "send", "network"}

destructive := {"delete", "admin"}

answer(result, reason) := {"result": result, "reason": reason, "policy": "base.permissions"}

decision := answer("allow", "The agent has the permission for this.") if {
	input.request.action in ordinary
	permission.holds(input.request.action)
} else := answer("escalate", "The agent may read here but not write: a person has to approve.") if {
	input.request.action == "write"
	permission.holds("read")
} else := answer("escalate", "Destructive calls need the approval of a person.") if {
	input.request.action in destructive
	permission.holds(input.request.action)
} else := answer("deny", "The agent may not delete or administer here.") if {
	input.request.action in destructive
}
