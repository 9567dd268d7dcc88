package behavry.facts.permission_test

import data.behavry.facts.call_test.call
import data.behavry.facts.permission
import rego.v1

holds(verb, held) if permission.holds(verb) with input as call("demo", "some_tool", "read", [], held)

test_a_permission_names_server_and_verb if holds("read", ["demo:read"])

test_another_verb_is_not_held if not holds("write", ["demo:read"])

test_another_server_is_not_held if not holds("read", ["other:read"])

test_star_is_every_verb if {
	every verb in {"read", "write", "delete"} { holds(verb, ["*"]) }
}

test_a_star_inside_a_permission_is_a_letter if not holds("read", ["demo:*"])

test_nothing_is_held_without_permissions if not holds("read", [])
