package dev.rapid.invokeapi.read;

import dev.rapid.http.RouteHandler;
import dev.rapid.http.Routes;
import io.undertow.util.HttpString;

/**
 * The operations of the service that change something, or show what Rapid does not have (contract
 * invoke-api, section 6.2).
 */
final class UnsupportedOperations {

  /** Methods and path of each, one path a line. */
  private static final String TABLE =
      """
      GET,POST /2015-03-31/event-source-mappings
      DELETE,GET,PUT /2015-03-31/event-source-mappings/{}
      POST /2015-03-31/functions
      DELETE /2015-03-31/functions/{}
      POST /2015-03-31/functions/{}/aliases
      DELETE,PUT /2015-03-31/functions/{}/aliases/{}
      PUT /2015-03-31/functions/{}/code
      PUT /2015-03-31/functions/{}/configuration
      POST /2015-03-31/functions/{}/policy
      DELETE /2015-03-31/functions/{}/policy/{}
      POST /2015-03-31/functions/{}/versions
      DELETE,POST /2017-03-31/tags/{}
      DELETE,PUT /2017-10-31/functions/{}/concurrency
      GET /2018-10-31/layers
      GET,POST /2018-10-31/layers/{}/versions
      DELETE,GET /2018-10-31/layers/{}/versions/{}
      GET,POST /2018-10-31/layers/{}/versions/{}/policy
      DELETE /2018-10-31/layers/{}/versions/{}/policy/{}
      DELETE,POST,PUT /2019-09-25/functions/{}/event-invoke-config
      DELETE,PUT /2019-09-30/functions/{}/provisioned-concurrency
      GET,POST /2020-04-22/code-signing-configs
      DELETE,GET,PUT /2020-04-22/code-signing-configs/{}
      GET /2020-04-22/code-signing-configs/{}/functions
      DELETE,GET,PUT /2020-06-30/functions/{}/code-signing-config
      GET,PUT /2021-07-20/functions/{}/runtime-management-config
      DELETE,POST,PUT /2021-10-31/functions/{}/url
      GET,PUT /2024-08-31/functions/{}/recursion-config
      GET,POST /2025-11-30/capacity-providers
      DELETE,GET,PUT /2025-11-30/capacity-providers/{}
      GET /2025-11-30/capacity-providers/{}/function-versions
      GET,PUT /2025-11-30/functions/{}/function-scaling-config
      POST /2025-12-01/durable-execution-callbacks/{}/fail
      POST /2025-12-01/durable-execution-callbacks/{}/heartbeat
      POST /2025-12-01/durable-execution-callbacks/{}/succeed
      DELETE,GET /2025-12-01/durable-executions/{}
      POST /2025-12-01/durable-executions/{}/checkpoint
      GET /2025-12-01/durable-executions/{}/history
      POST /2025-12-01/durable-executions/{}/pause
      POST /2025-12-01/durable-executions/{}/resume
      GET /2025-12-01/durable-executions/{}/state
      POST /2025-12-01/durable-executions/{}/stop
      GET /2025-12-01/functions/{}/durable-executions
      DELETE,GET,PUT /2026-07-09/resource-policy/{}
      """;

  private UnsupportedOperations() {}

  /** Adds a route for each of them. */
  static void addTo(Routes.Builder table, RouteHandler refusal) {
    for (String line : TABLE.lines().toList()) {
      int space = line.indexOf(' ');
      String path = line.substring(space + 1);
      for (String method : line.substring(0, space).split(",", -1)) {
        table.add(new HttpString(method), path, refusal);
      }
    }
  }
}
