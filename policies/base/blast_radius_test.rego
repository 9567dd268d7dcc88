package behavry.policies.base.blast_radius_test

import data.behavry.facts.call_test.call
import data.behavry.facts.call_test.with_count
import data.behavry.policies.base.blast_radius
import rego.v1

result(action, resources) := given if given := blast_radius.decision.result with input as call("fs", "some_tool", action, resources, ["*"])

silent(action, resources) if not result(action, resources)

test_shallow_deletes_are_refused if {
	every place in [
		"/", "/srv", "/srv/data", "/srv/data/", "/srv/data/*", "/srv/*/*", "~", "~/work", "C:\\Users\\me", "c:/",
		"file:///srv/data", "*", ".", "",
	] {
		result("delete", [place]) == "deny"
		result("delete", ["/srv/data/old/x", place]) == "deny"
	}
}

test_deep_deletes_are_no_opinion if {
	every place in [
		"/srv/data/old", "/srv/data/old/x.md", "~/jobs/old", "notes/x.md",
		"https://example.com/x",
	] {
		silent("delete", [place])
	}
}

test_only_deletes_are_shallow if {
	every verb in {"read", "write", "execute"} { silent(verb, ["/srv"]) }
}

people(count) := [sprintf("p%d@example.com", [n]) | some n in numbers.range(1, count)]

test_eleven_recipients_are_held if {
	result("send", people(11)) == "escalate"
	result("send", [concat(",", people(11))]) == "escalate"
	result("send", [concat("; ", people(6)), concat(";", array.slice(people(12), 6, 12))]) == "escalate"
	blast_radius.decision.result == "escalate" with input as with_count(call("mail", "send_mail", "send", [], []), 11)
}

test_ten_recipients_are_no_opinion if silent("send", people(10))

test_bulk_is_held if {
	blast_radius.decision.result == "escalate" with input as with_count(call("db", "x", "read", [], []), 51)
	not blast_radius.decision with input as with_count(call("db", "x", "read", [], []), 50)
}

test_writes_into_guarded_folders_are_held if {
	every place in ["/etc/hosts", "/root/x", "~/.ssh/config", "/home/me/.aws/x", "~/.config/app.toml", "/ETC/x", ".config/x"] {
		result("write", [place]) == "escalate"
		result("execute", [place]) == "escalate"
		silent("read", [place])
	}
}

test_writes_to_steering_files_are_held if {
	every place in ["MEMORY.md", "memory", "agent/SOUL.md", "x/identity.json", ".env", ".env.local", "a\\SOUL.md"] {
		result("write", [place]) == "escalate"
		silent("read", [place])
	}
}

test_ordinary_writes_are_no_opinion if {
	every place in ["notes/x.md", "/srv/etc/x", "memory-card.md", "/srv/identity-provider.md", "configs/x"] { silent("write", [place]) }
}
