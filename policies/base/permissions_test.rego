package behavry.policies.base.permissions_test

import data.behavry.facts.call_test.call
import data.behavry.policies.base.permissions
import rego.v1

result(action, held) := given if given := permissions.decision.result with input as call("demo", "some_tool", action, [], held)

silent(action, held) if not result(action, held)

test_every_ordinary_verb_needs_its_permission if {
	every verb in {"read", "write", "execute", "send", "network"} {
		result(verb, [concat(":", ["demo", verb])]) == "allow"
	}
}

test_star_is_every_permission if {
	every verb in {"read", "write", "execute", "send", "network"} { result(verb, ["*"]) == "allow" }
}

test_a_reader_has_writes_held if result("write", ["demo:read"]) == "escalate"

test_a_reader_cannot_delete if result("delete", ["demo:read"]) == "deny"

test_a_writer_cannot_delete if result("delete", ["demo:read", "demo:write"]) == "deny"

test_destructive_verbs_are_held_even_with_permission if {
	every verb in {"delete", "admin"} {
		result(verb, [concat(":", ["demo", verb])]) == "escalate"
		result(verb, ["*"]) == "escalate"
	}
}

test_nobody_without_permission_administers if result("admin", []) == "deny"

test_no_permission_is_no_opinion if {
	every verb in {"read", "write", "execute", "send", "network"} { silent(verb, []) }
}

test_a_reader_does_not_execute if silent("execute", ["demo:read"])

test_permissions_match_exactly if {
	every held in ["fs:read", "demo:*", "*:read", "demo", "DEMO:read", " demo:read", "demo:read ", "demo:readonly", "", "dеmo:read"] {
		silent("read", [held])
	}
}

test_unknown_verb_is_no_opinion if {
	every verb in ["", "READ", "rеad", "read "] { silent(verb, ["*", "demo:READ"]) }
}
