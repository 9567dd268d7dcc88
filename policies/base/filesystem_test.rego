package behavry.policies.base.filesystem_test

import data.behavry.facts.call_test.call
import data.behavry.policies.base.filesystem
import rego.v1

result(resources) := given if given := filesystem.decision.result with input as call("demo", "read_file", "read", resources, ["*"])

silent(resources) if not result(resources)

secrets := [
	"/etc/passwd", "/etc", "/etc/", "/ETC/Passwd", "//etc//passwd", "/./etc/passwd", "/root/.bashrc", "~root/x", "/proc/self/environ",
	"/private/etc/passwd", "/run/secrets/token", "/var/run/secrets/kubernetes.io", "~/.ssh/id_rsa", "/home/me/.ssh/config",
	"home/me/.ssh", "C:\\Users\\me\\.ssh\\config", "C:/etc/x", ".env", "app/.env", "app/.env.production", ".envrc", "prod.env", ".ENV",
	".env ", " .env", ".env.", ".env...", ".env::$DATA", "a/.ssh /b", "credentials", "/home/me/.aws/credentials", "gcp-credentials.json",
	"my credentials.json", ".git-credentials", "keys/id_ed25519", ".netrc", ".pgpass", ".gnupg/secring.gpg", "file:///etc/passwd",
	"file:/etc/passwd", "FILE://localhost/etc/passwd", "cat /etc/passwd", "cat</etc/passwd", "cat \"/etc/passwd\"", "--file=/etc/passwd",
	"sh -c 'cat /etc/shadow;true'", "host:/root/x", "a\t/etc/passwd", "a\n/etc/passwd",
]

climbing := ["..", "../x", "notes/../../x", "notes/..", "..\\x", "file:///srv/../x", "cat ../x", "c:..\\x"]

harmless := [
	"notes/shopping.md", "notes/etc/hosts.md", "/srv/etc/x", "/srv/root", "environment", "my.environment", "/srv/envs/x",
	"rotate credentials",
	"how do credentials work", "a..b", "...", "", "/", "https://example.com/a/b", "/srv/rooted", "/etcetera/x", "select 1",
]

test_secret_places_are_refused if {
	every place in secrets { result([place]) == "deny" }
}

test_climbing_is_refused if {
	every place in climbing { result([place]) == "deny" }
}

test_one_secret_among_many_is_enough if {
	every place in secrets { result(["notes/a.md", "notes/b.md", place, "notes/c.md"]) == "deny" }
}

test_ordinary_places_are_no_opinion if {
	every place in harmless { silent([place]) }
}

test_nothing_named_is_no_opinion if silent([])

test_every_server_and_verb if {
	every verb in ["read", "write", "delete", "execute", "send", "network", "admin"] {
		filesystem.decision.result == "deny" with input as call("anything", "x", verb, ["/etc/passwd"], [])
	}
}

test_reason_repeats_nothing if {
	reason := filesystem.decision.reason with input as call("demo", "read_file", "read", ["/etc/passwd"], [])
	not contains(reason, "passwd")
}

tree(server, tool, action, resources, held) := given if given := filesystem.decision.result with input as call(server, tool, action, resources, held)

test_readers_see_the_tree if {
	tree("fs", "directory_tree", "execute", ["docs"], ["fs:read"]) == "allow"
	tree("demo", "directory_tree", "read", ["docs"], ["*"]) == "allow"
}

test_the_tree_of_secrets_is_refused if tree("fs", "directory_tree", "execute", ["/etc"], ["fs:read"]) == "deny"

test_no_tree_otherwise if {
	not tree("fs", "directory_tree", "execute", ["docs"], ["demo:read"])
	not tree("other", "directory_tree", "execute", ["docs"], ["other:read"])
	not tree("fs", "directory_tree", "delete", ["docs"], ["*"])
	not tree("fs", "directory_tree ", "execute", ["docs"], ["*"])
}
