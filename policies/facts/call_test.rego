# Calls for the tests of all policies.
package behavry.facts.call_test

import rego.v1

# A call of `tool` on `server` by an agent with these permissions.
call(server, tool, action, resources, permissions) := {
	"agent": {"id": "a-1", "permissions": permissions},
	"request": {
		"tool_name": tool,
		"action": action,
		"resource": "",
		"resources": resources,
		"parameters": {},
		"mcp_server": server,
		"resource_count": 1,
		"method": "tools/call",
	},
}

with_parameters(call, parameters) := object.union(call, {"request": {"parameters": parameters}})

with_count(call, resource_count) := object.union(call, {"request": {"resource_count": resource_count}})
