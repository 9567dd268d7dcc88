package behavry.policies.base.database_test

import data.behavry.facts.call_test.call
import data.behavry.facts.call_test.with_parameters
import data.behavry.policies.base.database
import rego.v1

result(action, text, held) := given if given := database.decision.result with input as with_parameters(
	call("postgres", "query", action, [], held),
	{"sql": text},
)

reads := [
	"select 1", "SELECT * FROM users WHERE id = 7;", "  select\n*\tfrom a", "(select 1)",
	"explain select * from a", "show tables", "describe users", "values (1)", "users", "public.users", "",
]

test_readers_run_what_reads if {
	every text in reads {
		result("execute", text, ["postgres:read"]) == "allow"
		result("read", text, ["postgres:read"]) == "allow"
	}
}

test_writers_insert_and_update if {
	every text in ["insert into a values (1)", "UPDATE a SET b = 1 WHERE c = 2", "insert into a values ('do it') on conflict do nothing"] {
		result("write", text, ["postgres:write"]) == "allow"
		result("execute", text, ["postgres:read"]) == "escalate"
	}
}

test_schema_and_rights_are_refused_to_all if {
	every text in [
		"drop table users", "/* tidy */ drop table users", "-- tidy\ndrop table users", "DROP TABLE users", "  drop\ntable users",
		"/**/drop/**/table users", "--\ndrop table users", "(drop) table x", "create table a (b int)",
		"alter table a add b int", "grant all on a to b", "revoke all on a from b", "vacuum", "copy a to program 'sh'",
		"do $$ begin end $$",
		"call f()", "execute p", "set role admin", "attach database 'x' as y", "pragma writable_schema=1",
	] {
		result("execute", text, ["*"]) == "deny"
		result("read", text, ["*"]) == "deny"
	}
}

test_reaching_outside_is_refused if {
	every text in [
		"select pg_read_file('/x')", "select PG_READ_BINARY_FILE('x')", "select pg_catalog.pg_ls_dir('.')", "select \"pg_read_file\"('x')",
		"select lo_import('/x')", "select * from dblink('x','y')", "select 1 into outfile '/x'", "select load_file('/x')",
		"select pg_sleep(9)",
		"select u&\"\\0070g_read_file\"('x')", "select pg_read_file/**/('x')",
	] {
		result("read", text, ["*"]) == "deny"
	}
}

test_several_statements_are_refused if {
	every text in ["select 1; drop table a", "select 1;;select 2", "select ';'"] { result("read", text, ["*"]) == "deny" }
}

test_changes_in_the_guise_of_reading_are_held if {
	every text in [
		"with x as (delete from a returning *) select * from x", "with x as (select 1) select * from x", "select * into b from a",
		"explain analyze delete from a",
		"select query_to_xml('delete from a', true, true, '')", "select * from a for update", "sеlect 1", "\u200bselect 1",
		"table users", "/* list */ select 1",
	] {
		result("read", text, ["*"]) == "escalate"
	}
}

test_deletions_are_held if {
	result("execute", "delete from a", ["*"]) == "escalate"
	result("execute", "truncate a", ["postgres:write"]) == "escalate"
}

test_every_text_counts_at_any_depth if {
	database.decision.result == "deny" with input as with_parameters(
		call("postgres", "query", "read", [], ["*"]),
		{"sql": "select 1", "batch": [{"more": ["drop table a"]}]},
	)
	database.decision.result == "deny" with input as call("postgres", "query", "read", ["select 1", "drop table a"], ["*"])
}

test_deleting_and_administering_are_refused if {
	every action in {"delete", "admin"} { result(action, "select 1", ["*"]) == "deny" }
}

test_a_stranger_is_refused if result("read", "select 1", ["mysql:read"]) == "deny"

test_too_much_is_refused if {
	result("read", concat(" ", ["select", concat(",", [sprintf("column_%d", [n]) | some n in numbers.range(1, 9000)])]), ["*"]) == "deny"
}
