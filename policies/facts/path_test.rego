package behavry.facts.path_test

import data.behavry.facts.path
import rego.v1

test_paths_of_a_resource if {
	cases := {
		"/Etc/Passwd": ["/etc/passwd"],
		"C:\\Users\\a": ["c", "/users/a"],
		"file:///etc/passwd": ["///etc/passwd"],
		"file://localhost/etc/passwd": ["/etc/passwd"],
		"cat /etc/passwd;id": ["cat", "/etc/passwd", "id"],
		"host:/etc/shadow": ["host", "/etc/shadow"],
		"  ": [],
	}
	every resource, expected in cases { path.paths(resource) == expected }
}

test_names_on_the_way_to_a_file if {
	cases := {
		"/a//b/./c": ["a", "b", "c"],
		"/a/../b": ["a", "..", "b"],
		"/a/.env. .": ["a", ".env"],
		"": [],
	}
	every written, expected in cases { path.names(written) == expected }
}

test_rooted if {
	every written in {"/a", "~/a", "~", "c:/a"} { path.rooted(written) }
}

test_not_rooted if {
	every written in {"a", "./a", "../a", "host:/a", ""} { not path.rooted(written) }
}
