# What an agent's permissions say. A permission is `<server>:<verb>`; `*` is every one of them.
package behavry.facts.permission

import rego.v1

# The agent may use this verb on the server of this call.
holds(verb) if concat(":", [input.request.mcp_server, verb]) in input.agent.permissions

holds(_) if "*" in input.agent.permissions
