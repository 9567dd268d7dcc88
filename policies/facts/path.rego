# How the resources of a call are read as paths: lower case, forward slashes, `file:` forms reduced to their path.
# The input is normalised before (percent and unicode escapes, `..`); what is still odd here is treated as hostile.
package behavry.facts.path

import rego.v1

# Everything that parts one word from the next inside a command line or a query.
separators := {
	"\t": " ", "\n": " ", "\r": " ", "\"": " ", "'": " ", "`": " ", "<": " ", ">": " ", "|": " ", ";": " ",
	"&": " ", "(": " ", ")": " ", "{": " ", "}": " ", "=": " ", ",": " ",
}

# A resource in lower case with forward slashes.
slashed(resource) := replace(trim_space(lower(resource)), "\\", "/")

# A resource as a path.
plain(resource) := replace(replace(slashed(resource), "file://localhost/", "/"), "file:", "")

# The words of a resource: more than one for a command line, a query, or a path with blanks.
words(resource) := [word |
	some word in split(strings.replace_n(separators, slashed(resource)), " ")
	word != ""
]

# Every path that a resource names. The colon parts too, as in `host:/path`, `C:/path` and the stream of a Windows file.
paths(resource) := [path |
	some word in words(plain(resource))
	some path in split(word, ":")
	path != ""
]

# The names on the way to a file. Windows ignores blanks and dots at the end of a name, so they do not count here.
names(path) := [name |
	some part in split(path, "/")
	name := trimmed(part)
	not name in {"", "."}
]

trimmed(part) := part if {
	part in {".", ".."}
} else := trim_right(part, " .")

# The path starts at a root: `/`, a home folder, or a Windows drive.
rooted(path) if startswith(path, "/")

rooted(path) if startswith(path, "~")

rooted(path) if {
	contains(path, ":")
	count(split(path, ":")[0]) == 1
}
