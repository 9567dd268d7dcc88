package behavry.policies.base.github_test

import data.behavry.facts.call_test.call
import data.behavry.facts.call_test.with_parameters
import data.behavry.policies.base.github
import rego.v1

result(tool, action, held) := given if given := github.decision.result with input as call("github", tool, action, ["acme/app"], held)

push(parameters, held) := given if given := github.decision.result with input as with_parameters(
	call("github", "push_files", "write", ["acme/app"], held),
	parameters,
)

test_readers_read if result("get_issue", "read", ["github:read"]) == "allow"

test_readers_have_writes_held if result("create_issue", "write", ["github:read"]) == "escalate"

test_writers_do_routine_work if {
	result("create_issue", "write", ["github:write"]) == "allow"
	result("add_issue_comment", "execute", ["*"]) == "allow"
}

test_what_is_not_on_the_list_is_held if {
	every tool in ["merge_pull_request", "create_repository", "fork_repository", "run_workflow", "create_issue ", "Create_Issue", ""] {
		result(tool, "write", ["*"]) == "escalate"
		result(tool, "execute", ["github:write"]) == "escalate"
	}
}

test_deleting_and_administering_are_refused if {
	every action in {"delete", "admin"} { result("delete_file", action, ["*"]) == "deny" }
}

test_a_stranger_is_refused if {
	every action in {"read", "write", "execute"} { result("get_issue", action, ["gitlab:read"]) == "deny" }
}

test_pushing_to_an_own_branch if {
	every branch in ["feature/x", "refs/heads/fix", "maintenance"] { push({"branch": branch}, ["github:write"]) == "allow" }
}

test_pushing_elsewhere_is_held if {
	every branch in [
		"main", "MAIN", " main ", "master", "release/1.0", "refs/heads/main", "refs/heads/master", "",
		"  ", null, 7, ["main"], {"x": "main"},
	] {
		push({"branch": branch}, ["*"]) == "escalate"
	}
	push({}, ["*"]) == "escalate"
}
