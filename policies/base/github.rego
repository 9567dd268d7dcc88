# METADATA
# title: GitHub
# description: |
#   Readers may read, writers may work on issues, comments, branches and pull requests. Everything that reaches a protected branch,
#   merges, releases, runs a workflow, or is not on the list is held for approval; deleting and administering are refused.
# scope: package
# custom:
#   scope:
#     servers: [github]
package behavry.policies.base.github

import data.behavry.facts.permission
import rego.v1

routine := {
	"add_comment_to_pending_review", "add_issue_comment", "create_and_submit_pull_request_review", "create_branch",
	"create_issue", "create_pending_pull_request_review", "create_pull_request", "create_pull_request_review",
	"issue_write", "update_issue", "update_pull_request",
}

content := {"create_or_update_file", "push_files"}

protected_branches := {"main", "master", "production", "release", "trunk"}

answer(result, reason) := {"result": result, "reason": reason, "policy": "base.github"}

decision := answer("deny", "Deleting and administering on GitHub are not permitted to agents.") if {
	input.request.action in {"admin", "delete"}
} else := answer("allow", "The agent may read on GitHub.") if {
	input.request.action == "read"
	permission.holds("read")
} else := answer("allow", "The agent may write on GitHub, and this is routine work.") if {
	permission.holds("write")
	routine_work
} else := answer("escalate", "This change on GitHub needs the approval of a person.") if {
	some verb in {"read", "write"}
	permission.holds(verb)
} else := answer("deny", "The agent has no permission on GitHub.")

routine_work if input.request.tool_name in routine

# Only a branch that is named, and is not a protected one, makes a push routine.
routine_work if {
	input.request.tool_name in content
	is_string(input.request.parameters.branch)
	branch := trim_prefix(lower(trim_space(input.request.parameters.branch)), "refs/heads/")
	branch != ""
	not split(branch, "/")[0] in protected_branches
}
